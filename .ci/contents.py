"""What the built archives hold: the three packages with their data, and nothing of tests or of anybody's own files."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

PACKAGES = ("config", "messages", "scheduler")


def main(wheel: Path, sdist: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {str(path) for package in PACKAGES for path in Path(package).rglob("*") if _shipped(path)}
    _refuse("missing from the wheel", expected - names)
    _refuse("in the wheel by mistake", {each for each in names - expected if ".dist-info/" not in each})
    with tarfile.open(sdist) as archive:
        members = {name.partition("/")[2] for name in archive.getnames()}
    _refuse("missing from the sdist", {"pyproject.toml", "README.md", "LICENSE", *expected} - members)
    _refuse("in the sdist by mistake", {each for each in members if each.endswith((".db", ".key", "legup.yaml"))})
    sys.stdout.write(f"{wheel.name}: {len(names)} files; {sdist.name}: {len(members)} files\n")


def _shipped(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def _refuse(what: str, names: set[str]) -> None:
    if names:
        sys.exit(f"{what}: {', '.join(sorted(names))}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""A look at a configuration for what must be quick, or must work although the file has faults: little of it is read and
nothing is checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.environment import read_environment, read_secret_files
from config.settings import Service
from config.yaml_text import read_yaml


def glance(source: Path, environ: Mapping[str, str]) -> Service:
    """The service with its database alone; the file is not read where the environment names the database.

    Raises OSError for a file that cannot be read, ValueError for one that is no YAML. Neither repeats any of it.
    """
    written: object = None
    for layer in (read_secret_files(environ), read_environment(environ)):
        written = written or layer.values.get("database")
    if written is None:
        written = _values(source).get("database")
    if not isinstance(written, str) or "://" in written:
        return Service(database=written if isinstance(written, str) else None)
    return Service(database=str(source.absolute().parent / Path(written).expanduser()))


def ids_in(source: Path) -> frozenset[str]:
    """The ids of everyone in the file, whatever else is wrong with them. Raises as `glance`."""
    people = _values(source).get("people")
    entries = people if isinstance(people, list) else []
    return frozenset(str(each["id"]) for each in entries if isinstance(each, dict) and "id" in each)


def _values(source: Path) -> Mapping[str, Any]:
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{source} is not UTF-8 text") from None
    file = read_yaml(text, str(source))
    if not file.values and file.faults:
        raise ValueError(f"{source} cannot be read; see `legup check`")
    return file.values

"""A look at a configuration for what must be quick, or must work although the file has faults: little of it is read and
nothing is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from config.environment import read_environment, read_secret_files
from config.settings import Service
from config.yaml_text import read_yaml


def glance(source: Path, environ: Mapping[str, str]) -> Service:
    """The service with its database alone (and what opens it); the file is not read where the environment names the
    database.

    Raises OSError for a file that cannot be read, ValueError for one that is no YAML. Neither repeats any of it.
    """
    layers: list[Mapping[str, Any]] = [read_secret_files(environ).values, read_environment(environ).values]
    written = next((layer["database"] for layer in layers if layer.get("database")), None)
    if written is None:
        layers.append(_values(source))
        written = layers[-1].get("database")
    if not isinstance(written, str) or "://" in written:
        return Service(
            database=written if isinstance(written, str) else None,
            database_password=_secret("database_password", layers),
            secret_key=_secret("secret_key", layers),
        )
    return Service(database=str(source.absolute().parent / Path(written).expanduser()))


def ids_in(source: Path) -> frozenset[str]:
    """The ids of everyone in the file, whatever else is wrong with them. Raises as `glance`."""
    people = _values(source).get("people")
    entries = people if isinstance(people, list) else []
    return frozenset(str(each["id"]) for each in entries if isinstance(each, dict) and "id" in each)


def _secret(name: str, layers: Sequence[Mapping[str, Any]]) -> SecretStr | None:
    found = next((layer[name] for layer in layers if layer.get(name)), None)
    return SecretStr(found) if isinstance(found, str) else None


def _values(source: Path) -> Mapping[str, Any]:
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{source} is not UTF-8 text") from None
    file = read_yaml(text, str(source))
    if not file.values and file.faults:
        raise ValueError(f"{source} cannot be read; see `legup check`")
    return file.values

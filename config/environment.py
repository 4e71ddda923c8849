"""Settings from environment variables, and from the files in which services keep secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from config.fault import Fault, Place
from config.structure import PREFIX, variables
from config.suggestion import did_you_mean, nearest
from config.written import Written
from config.yaml_text import read_yaml

CONFIG = "LEGUP_CONFIG"
SECRETS_DIR = "LEGUP_SECRETS_DIR"
CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY"
"""Set by systemd for LoadCredential=."""
FILE = "_FILE"
LARGEST = 64 * 1024
"""Bytes of a secret file; a larger one is some other file."""


def read_environment(environ: Mapping[str, str]) -> Written:
    """Every `LEGUP_...` variable that is a setting; an empty one counts as not set, an unknown one is a fault."""
    known = variables()
    spelled = {CONFIG, SECRETS_DIR, *known, *(name + FILE for name in known)}
    written = Written()
    for name in sorted(name for name in environ if name.startswith(PREFIX)):
        place = Place(name)
        if name not in spelled:
            written.places[name,] = Place("environment")
            written.faults.append(Fault((name,), f"unknown variable {name}{did_you_mean(name, spelled)}"))
        elif name in known and not is_text(environ[name]):
            written.places[known[name]] = place
            written.faults.append(Fault(known[name], f"{name} is not UTF-8 text"))
        elif name in known and environ[name]:
            written.put(known[name], _value(environ[name], name), place)
    return written


def read_secret_files(environ: Mapping[str, str]) -> Written:
    """`LEGUP_..._FILE` variables, the secrets folder, then systemd's credentials; the later one wins."""
    known = variables()
    written = Written()
    for name in known:
        if environ.get(name + FILE) and name + FILE not in known:
            _put(written, name, Path(environ[name + FILE]), Place(name + FILE))
    files = {name.removeprefix(PREFIX).lower(): name for name in known}
    for variable in (SECRETS_DIR, CREDENTIALS_DIRECTORY):
        for file in _files(written, variable, environ.get(variable, "")):
            if file.name.lower() in files:
                _put(written, files[file.name.lower()], file, Place(str(file)))
            elif meant := nearest(file.name, files):
                written.places[str(file),] = Place(str(file))
                text = f'this secret is not used: no setting has its name; did you mean "{meant}"?'
                written.faults.append(Fault((str(file),), text, warning=True))
    return written


def _files(written: Written, variable: str, folder: str) -> Iterator[Path]:
    """The files of a folder of secrets, without hidden ones, which container platforms put beside them."""
    if not folder:
        return
    try:
        yield from sorted(file for file in Path(folder).iterdir() if not file.name.startswith(".") and file.is_file())
    except OSError as error:
        written.places[variable,] = Place(variable)
        written.faults.append(Fault((variable,), f"the folder {folder} cannot be read: {error.strerror}"))


def _put(written: Written, name: str, file: Path, place: Place) -> None:
    """Read one secret. Its text is in no fault."""
    path = variables()[name]
    problem = ""
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        text = content.decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        problem = f"the file {file} cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        problem = f"the file {file} is not UTF-8 text"
    else:
        if len(content) > LARGEST:
            problem = f"the file {file} is too large for a secret"
        elif not text:
            problem = f"the file {file} is empty"
        else:
            written.put(path, text, Place(str(file)))
            return
    written.places[path] = place
    written.faults.append(Fault(path, problem))


def is_text(value: str) -> bool:
    """Of a variable or an argument: bytes that are not UTF-8 come as halves of surrogate pairs (PEP 383)."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _value(text: str, name: str) -> object:
    """Text as it is; a list, such as `[sms, email]`, as in the file."""
    return read_yaml(f"list: {text}", name).values.get("list", text) if text.startswith("[") else text

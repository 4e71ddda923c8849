"""Loads the configuration: every fault of it in one run, each with its place, or the values it stands for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.environment import read_environment, read_secret_files
from config.fault import Fault, FaultPath, Place
from config.reading import Reading
from config.roster_check import roster_faults
from config.service_check import service_faults, service_of
from config.settings import Config
from config.written import Written
from config.yaml_text import read_yaml


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading found."""

    config: Config | None
    """None when any fault is more than a warning."""
    faults: tuple[Fault, ...]
    """In the order of their places."""
    places: Mapping[FaultPath, Place] = field(repr=False)

    def place_of(self, path: FaultPath) -> Place:
        """Where the value at this path was written, or else the nearest thing around it."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]


def load(source: Path, *, nudges: Collection[str], languages: Collection[str], environ: Mapping[str, str]) -> Loaded:
    """Read the file, lay the environment and then the secret files over it, and check all there is to check.

    `nudges` and `languages` are those there are messages for. Nothing is raised for what a user wrote.
    """
    file = _read_file(source)
    reading = Reading((file, read_environment(environ), read_secret_files(environ)), nudges, Place(str(source)))
    config = _checked(reading, languages, source.absolute().parent) if file.values else None
    loaded = Loaded(config, (), reading.places)

    def by_place(fault: Fault) -> tuple[bool, str, int, int]:
        place = loaded.place_of(fault.path)
        return place.source != str(source), place.source, place.line or 0, place.column or 0

    return Loaded(config, tuple(sorted(reading.faults, key=by_place)), reading.places)


def _checked(reading: Reading, languages: Collection[str], folder: Path) -> Config | None:
    settings = reading.settings()
    people = reading.people(settings)
    reading.note_empty_values()
    reading.faults += roster_faults(settings, people, reading.places, languages)
    reading.faults += service_faults(settings, reading.places, folder)
    if any(not fault.warning for fault in reading.faults):
        return None
    return Config(tuple(each.person for each in people), service_of(settings, folder))


def _read_file(source: Path) -> Written:
    try:
        content = source.read_bytes()
        written = read_yaml(content.decode("utf-8-sig"), str(source))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Written(
            places={(): Place(str(source), line)}, faults=[Fault((), "not UTF-8 text: save it with that encoding")]
        )
    except (OSError, ValueError) as error:
        return Written(faults=[Fault((), _unreadable(error))])
    if not written.values and not written.faults:
        written.faults.append(Fault((), "the file is empty; `legup init` writes one"))
    return written


def _unreadable(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; `legup init` writes one"
    if isinstance(error, IsADirectoryError):
        return "this is a folder; name the file in it"
    reason = error.strerror if isinstance(error, OSError) else "its name is not a file's name"
    return f"the file cannot be read: {reason}"

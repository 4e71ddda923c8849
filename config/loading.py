"""Loads the configuration: every fault of it in one run, each with its place, or the values it stands for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from config.environment import read_environment, read_secret_files
from config.fault import Fault, FaultPath, Place, on_one_line
from config.merging import plans_of
from config.person import Person
from config.reading import Reading
from config.roster_check import Enrolled, idle_people, plans_as_people, roster_faults
from config.service_check import service_faults, service_of, templates_of
from config.settings import Config
from config.written import Written
from config.yaml_text import read_yaml

DAYS = {("timezone",), ("wake",), ("bedtime",), ("quiet_hours",), ("daily_limit",)}
"""Keys without which nothing can be said of a person's days."""

LARGEST = 32 * 1024 * 1024
"""Bytes of a file: some 100,000 people. A device such as /dev/zero has no end at all."""

Languages = Callable[[Path | None], Collection[str]]
"""The languages there are messages in, given the folder with texts of one's own: it may bring some of its own."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading found."""

    config: Config | None
    """None when any fault is more than a warning."""
    faults: tuple[Fault, ...]
    """In the order of their places."""
    places: Mapping[FaultPath, Place] = field(repr=False)
    plannable: Mapping[FaultPath, Person] = field(default_factory=dict)
    """By path, the plans (as people, first) and everyone whose days are known, without the nudges that have faults: so
    that even beside other faults what they get can be checked in the same run. Never to be sent to."""
    templates: Path | None = None
    """The folder with texts of one's own, where there is one, known even beside faults."""

    def place_of(self, path: FaultPath) -> Place:
        """Where the value at this path was written, or else the nearest thing around it."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]


def load(source: Path, *, nudges: Collection[str], languages: Languages, environ: Mapping[str, str]) -> Loaded:
    """Read the file, lay the environment and then the secret files over it, and check all there is to check.

    `nudges` and `languages` are those there are messages for. Nothing is raised for what a user wrote.
    """
    file = _read_file(source)
    reading = Reading((file, read_environment(environ), read_secret_files(environ)), nudges, Place(str(source)))
    loaded = Loaded(None, tuple(reading.faults), reading.places)
    if file.values:
        loaded = _checked(reading, languages, source.absolute().parent)

    def by_place(fault: Fault) -> tuple[bool, str, int, int]:
        place = loaded.place_of(fault.path)
        return place.source != str(source), place.source, place.line or 0, place.column or 0

    return replace(loaded, faults=tuple(_told(fault) for fault in sorted(loaded.faults, key=by_place)))


def _checked(reading: Reading, languages: Languages, folder: Path) -> Loaded:
    settings = reading.settings()
    people, plans = reading.people(settings), plans_of(settings)
    stand_ins = plans_as_people(settings, plans)
    templates = templates_of(settings, folder)
    reading.note_empty_values()
    faults = [
        *reading.faults,
        *roster_faults(settings, people, stand_ins, reading.places, languages(templates)),
        *service_faults(settings, reading.places, folder),
    ]
    broken = {fault.path for fault in faults if not fault.warning}
    config = None
    if not broken:
        faults += idle_people(people)
        config = Config(tuple(each.person for each in people), service_of(settings, folder), plans)
    return Loaded(config, tuple(faults), reading.places, _plannable([*stand_ins, *people], broken), templates)


def _told(fault: Fault) -> Fault:
    text = on_one_line(fault.text)
    return fault if text == fault.text else replace(fault, text=text)


def _plannable(people: Sequence[Enrolled], broken: Collection[FaultPath]) -> dict[FaultPath, Person]:
    """Leaves out what a guess would stand for: faults that only follow from other faults help nobody."""
    unknown_days = {path[:-1] for path in broken if path[-1:] in DAYS}
    nudges: dict[FaultPath, set[str]] = {}
    for path in broken:
        if "nudges" in path[:-1]:
            cut = path.index("nudges")
            nudges.setdefault(path[:cut], set()).add(str(path[cut + 1]))
    plannable = {}
    for each in people:
        if not each.sources & unknown_days:
            gone = {nudge for source in each.sources for nudge in nudges.get(source, ())}
            preferences = each.person.preferences
            sound = tuple(nudge for nudge in preferences.nudges if nudge.nudge not in gone)
            plannable[each.path] = replace(each.person, preferences=replace(preferences, nudges=sound))
    return plannable


def _read_file(source: Path) -> Written:
    try:
        with source.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            return Written(faults=[Fault((), "this is larger than any configuration (32 MB): name another file")])
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

"""Everything that can be wrong with a configuration, found in one run and told with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from config.fault import Fault, Place
from config.loading import Loaded, load
from config.person import Preferences
from config.settings import Config
from messages.rendering import Renderer
from scheduler.delivery.routines import Routines
from scheduler.planning.check import check as check_routine
from scheduler.service.defaults import nudge_defaults

_LONGEST_PREGNANCY = timedelta(weeks=42)
_AFTER_DUE_DATE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault and where it stands. `str()` is what `check` prints."""

    place: Place
    fault: Fault

    def __str__(self) -> str:
        kind = "warning: " if self.fault.warning else ""
        line = f"{self.place}: {kind}{self.fault.text}"
        if not self.fault.phrase:  # a caret under nothing says nothing
            return line
        return f"{line}\n    {self.fault.phrase}\n    {' ' * self.fault.column}^"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, and the configuration itself if nothing but warnings was."""

    source: Path
    config: Config | None
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if not each.fault.warning)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.fault.warning)


def check(source: Path, environ: Mapping[str, str], today: date) -> Report:
    """Load a configuration and judge it whole: its form, each person's plan, the message texts. `today` is the date
    where legup runs; due dates are judged by it.
    """
    defaults = nudge_defaults()
    loaded = load(source, nudges=tuple(defaults), languages=_languages, environ=environ)
    findings = [Finding(loaded.place_of(fault.path), fault) for fault in loaded.faults]
    findings += _plans(loaded, today)
    findings += _templates(loaded)
    findings.sort(key=lambda each: (each.place.source, each.place.line or 0, each.place.column or 0))
    broken = any(not each.fault.warning for each in findings)
    return Report(source, None if broken else loaded.config, tuple(findings))


def _languages(templates: Path | None) -> tuple[str, ...]:
    return Renderer(templates).languages()


def _plans(loaded: Loaded, today: date) -> Iterator[Finding]:
    """What everyone gets, also beside faults elsewhere: one run tells all."""
    routines = Routines(nudge_defaults())
    for whose, person in loaded.plannable.items():
        for fault in judge(person.preferences, routines, today):
            path = (*whose, *fault.path)
            yield Finding(
                loaded.place_of(path),
                Fault(path, f"{person.id}: {fault.text}", fault.warning, fault.phrase, fault.column),
            )


def judge(preferences: Preferences, routines: Routines, today: date) -> Iterator[Fault]:
    """What planning minds in what a person gets; paths begin with their keys."""
    yield from check_routine(routines.of(preferences))
    yield from _due_date(preferences.due_date, today)


def _due_date(due: date | None, today: date) -> Iterator[Fault]:
    if due is None:
        return
    if due + _AFTER_DUE_DATE < today:
        yield Fault(("due_date",), "this due date is more than 14 days past, so nothing will be sent", warning=True)
    elif due > today + _LONGEST_PREGNANCY:
        yield Fault(("due_date",), "this due date is more than 42 weeks away; is the year right?", warning=True)


def _templates(loaded: Loaded) -> Iterator[Finding]:
    """Our own texts are judged by our tests; every command would take a quarter of a second longer to do it again."""
    if loaded.templates is None:
        return
    for fault in Renderer(loaded.templates).check():
        yield Finding(Place(str(fault.file), fault.line), Fault((), fault.text))

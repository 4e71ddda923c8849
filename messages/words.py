"""What a language says beside its texts: around an email, on its links, of a time, and never to a discreet person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from messages.message import LINKS
from messages.template import Template
from messages.texts import AROUND_TEXT, IN_TEXT
from messages.toml_source import TomlSource

_AROUND = ("greeting", "why", "why_answer", "stop", "foot")


@dataclass(frozen=True, slots=True)
class Moments:
    """How a language says until when."""

    today: Template
    later: Template
    """On any other day than the message's own."""
    weekdays: tuple[str, ...]
    """From Monday on."""
    months: tuple[str, ...]

    def said(self, until: datetime, today: date | None) -> str:
        """`until` is aware, in the zone of whoever reads it."""
        template = self.today if until.date() == today else self.later
        return template.fill(
            {
                "time": f"{until:%H:%M}",
                "weekday": self.weekdays[until.weekday()],
                "day": str(until.day),
                "month": self.months[until.month - 1],
            }
        )


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    greeting: Template
    why: Template
    why_answer: Template
    """Why an answer came."""
    stop: Template
    foot: Template
    links: Mapping[str, Template]
    """What each of `LINKS` says."""
    offers: tuple[Template, ...]
    """What an SMS of a nudge ends with where a reply is read and there is room."""
    moments: Moments
    private: tuple[str, ...]
    """Beginnings of words."""

    @classmethod
    def read(cls, file: Path, source: str) -> Words:
        """Raises TemplateError with every fault of the file."""
        with TomlSource(file, source) as toml:
            toml.only(*_AROUND, "links", "offers", "moments", "private")
            greeting, why, why_answer, stop, foot = (toml.template(toml.text(key), AROUND_TEXT, key) for key in _AROUND)
            return cls(
                greeting,
                why,
                why_answer,
                stop,
                foot,
                links=_links(toml),
                offers=tuple(toml.template(text, IN_TEXT, "offers") for text in toml.list_of("offers", str)),
                moments=_moments(toml),
                private=tuple(toml.list_of("private", str)),
            )


def _links(toml: TomlSource) -> Mapping[str, Template]:
    table = toml.table("links")
    toml.only(*LINKS, table=table)
    return {name: toml.template(toml.text(name, table), AROUND_TEXT, name) for name in LINKS}


def _moments(toml: TomlSource) -> Moments:
    table = toml.table("moments")
    toml.only("today", "later", "weekdays", "months", table=table)
    today = toml.template(toml.text("today", table), frozenset({"time"}), "today")
    later = toml.template(toml.text("later", table), frozenset({"time", "weekday", "day", "month"}), "later")
    weekdays, months = (
        tuple(toml.list_of(key, str, table, exactly=number)) for key, number in (("weekdays", 7), ("months", 12))
    )
    return Moments(today, later, weekdays, months)

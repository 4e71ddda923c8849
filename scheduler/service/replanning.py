"""People of rosters follow their plans: where the file now says something else of one, its people are planned for anew.

A million people are not looked at for that: what a plan came to is noted with it, as a fingerprint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from zoneinfo import TZPATH

from config.document import to_document
from config.merging import preferences_of
from config.roster_row import Member, RowReader
from config.routine import NudgeDefault
from config.settings import Plans, Wishes
from scheduler.delivery.ports import Enrolment, Outbox
from scheduler.delivery.rosters import ROSTER

_PAGE = 1_000

Enrolments = Callable[[Iterator[Member]], Iterator[Enrolment]]


@dataclass(slots=True)
class Replanned:
    """What became of it."""

    plans: list[str] = field(default_factory=list)
    """Whose people were planned for anew; "" for people without one."""
    people: int = 0
    gone: list[str] = field(default_factory=list)
    """Plans that the file does not have any more: their people keep what these said last."""
    kept: list[str] = field(default_factory=list)
    """People who keep what they had, because what their row says does not fit their plan any more."""


def replan(
    outbox: Outbox, fingerprints: Mapping[str, str], reader: RowReader, enrolments: Enrolments, now: datetime
) -> Replanned:
    """Plan anew for everyone on a plan that is not what it was, in steps of a thousand people. Raises StorageError."""
    done = Replanned()
    for plan, noted in sorted(outbox.plans().items()):
        if plan not in fingerprints:
            done.gone.append(plan)
        elif fingerprints[plan] != noted:
            change = outbox.enrol(enrolments(_members(outbox, plan, reader, done)), now, origin=ROSTER, whole=False)
            done.people += change.changed
            done.plans.append(plan)
            outbox.note_plans({plan: fingerprints[plan]})
    return done


def plan_fingerprints(plans: Plans, defaults: Mapping[str, NudgeDefault]) -> dict[str, str]:
    """By plan ("" without one) sixteen hex digits that change with anything that decides when its people's nudges come:
    what the file says, what the catalogue means by `on`, the time-zone data."""
    catalogue = [(name, str(each.schedule), each.priority, str(each.weeks)) for name, each in sorted(defaults.items())]
    ground = (catalogue, zone_data_version())
    return {
        name: sha256(repr((*ground, to_document(preferences_of(Wishes(), wishes)))).encode()).hexdigest()[:16]
        for name, wishes in (("", plans.top), *plans.named.items())
    }


def zone_data_version() -> str:
    """Of the data that `zoneinfo` reads: the system's, or else that of the package."""
    for folder in TZPATH:
        listed = Path(folder) / "tzdata.zi"
        if listed.is_file():
            with listed.open(encoding="utf-8", errors="replace") as stream:
                return stream.readline(100).strip()
    return version("tzdata")


def _members(outbox: Outbox, plan: str, reader: RowReader, done: Replanned) -> Iterator[Member]:
    after = ""
    while page := outbox.listed(after, _PAGE, plan=plan):
        for each in page:
            try:
                yield reader.again(each.person, each.contacts, each.entry.text)
            except ValueError:
                done.kept.append(each.person)
        after = page[-1].person

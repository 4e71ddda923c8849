"""The registry: people of rosters one by one, brought, shown and taken away by another system while all goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from config.fault import Fault
from config.notation import read_id
from config.person import Consent
from config.roster_row import Member, RowReader, row_of
from config.settings import Config
from messages.rendering import Renderer
from scheduler.clock import Clock
from scheduler.delivery.correspondence import Correspondent
from scheduler.delivery.ports import Outbox, RosterChange
from scheduler.delivery.rosters import FILE, ROSTER
from scheduler.delivery.routines import Routines
from scheduler.service.clockwatch import time_of_record
from scheduler.service.defaults import nudge_defaults
from scheduler.service.profile import differing
from scheduler.service.replanning import plan_fingerprints
from scheduler.service.roster import brought, planner
from scheduler.service.rosters import origins, row_reader


class Stand(StrEnum):
    """Whether a person gets nudges at present, and if not, why; of an end never which."""

    ACTIVE = "active"
    ASKED = "asked"
    """They were asked whether they agree, and have not answered."""
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Held:
    """A person of a roster as they are held."""

    row: Mapping[str, Any] = field(repr=False)
    """What their roster says, contacts as they were understood."""
    stand: Stand
    paused_until: datetime | None = None
    """Only while they are paused."""
    changed: tuple[str, ...] = ()
    """Keys in which they get something else than the row and its plan say, because they wished so."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a row that was taken in."""

    held: Held
    new: bool
    """They were not there before, or had been taken away."""
    warnings: tuple[Fault, ...] = ()


class RegistryError(Exception):
    """What was asked for is not done; the text says why, and the remedy. It names nobody but by id."""


class StrangerError(RegistryError):
    """No roster has brought anybody of this id."""


class FiledError(RegistryError):
    """The person is one of the config file."""


class OutdatedError(RegistryError):
    """People are planned for by another config file than the one this process has read."""


class FaultyRowError(RegistryError):
    """The row cannot be taken in."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("what was sent has faults; nothing was changed")
        self.faults = tuple(faults)


class Registry:
    """Everything may be called from any thread. Raises RegistryError, and StorageError when the database cannot be
    used."""

    def __init__(self, config: Config, outbox: Outbox, clock: Clock, kick: Callable[[], None]) -> None:
        """`kick` is called when there may be something to send."""
        self._config = config
        self._outbox = outbox
        self._clock = clock
        self._kick = kick
        self._plan = planner(Routines(nudge_defaults()))
        self._origins = origins(config, outbox)
        self._fingerprints = plan_fingerprints(config.plans, nudge_defaults())
        self._reads: tuple[date, RowReader] | None = None
        """The reader of the day on which somebody came last: due dates are judged by it."""

    def languages(self) -> tuple[str, ...]:
        """Those that a row may name."""
        return Renderer(self._config.service.templates).languages()

    def held(self, person: str) -> Held:
        """Someone of a roster."""
        now = self._clock.now()
        listed = self._outbox.listing(person) if _is_id(person) else None
        who = None if listed is None else self._outbox.correspondent(person, now)
        if listed is None or who is None:
            raise self._missing(person)
        stand, paused_until = _stand(who, now)
        row = row_of(person, listed.contacts, listed.entry.text)
        return Held(row, stand, paused_until, tuple(sorted(differing(who))))

    def keep(self, person: str, written: Mapping[str, Any], *, welcome: bool = True) -> Kept:
        """Make a person what a row says, whether they are new or known. `written` may leave out the id."""
        now = time_of_record(self._outbox, self._clock)
        member, faults = self._read(person, written, now.date())
        if self._origins([person]).get(person) == FILE:
            raise _filed(person)
        self._refuse_outdated(member)
        change = self._enrol(member, now, welcome=welcome)
        if change.elsewhere:
            raise _filed(person)
        self._refuse_outdated(member)  # once more: a start with a newer file may have planned for everyone meanwhile
        if change.added or change.changed:
            self._kick()
        return Kept(self.held(person), bool(change.added), tuple(faults))

    def take_away(self, person: str) -> None:
        """As if they had left their roster: nothing more is sent, and what they said (a stop, an end) is kept."""
        now = time_of_record(self._outbox, self._clock)
        if not (_is_id(person) and self._outbox.take_away([person], now)):
            raise self._missing(person)

    def _read(self, person: str, written: Mapping[str, Any], today: date) -> tuple[Member, list[Fault]]:
        """What a row says, and its warnings."""
        row = {"id": person} | {column: value for column, value in written.items() if value is not None}
        member, faults = self._reader(today).read(row)
        if row["id"] != person:
            faults.append(Fault(("id",), "the row has another id than the address: leave it out of the row"))
        if any(not fault.warning for fault in faults):
            raise FaultyRowError(faults)
        return member, faults

    def _reader(self, today: date) -> RowReader:
        reads = self._reads
        if reads is None or reads[0] != today:
            reads = self._reads = (today, row_reader(self._config, today))
        return reads[1]

    def _enrol(self, member: Member, now: datetime, *, welcome: bool) -> RosterChange:
        one = brought(member, self._plan, now, welcome=welcome)
        return self._outbox.enrol([one], now, origin=ROSTER, whole=False)

    def _refuse_outdated(self, member: Member) -> None:
        """Nobody is planned for by another version of their plan than the others on it: no later start would notice."""
        plan = member.plan or ""
        ours, noted = self._fingerprints[plan], self._outbox.plans().get(plan)
        if noted is None:
            self._outbox.note_plans({plan: ours})
        elif noted != ours:
            named = f'plan "{plan}"' if plan else "the top of the config file"
            raise OutdatedError(
                f"{named} has been changed, or the time-zone data, since this process or those that send were started: "
                "restart whichever is older"
            )

    def _missing(self, person: str) -> RegistryError:
        if _is_id(person) and self._origins([person]).get(person) == FILE:
            return _filed(person)
        return StrangerError("no roster has brought anybody of this id")


def _is_id(person: str) -> bool:
    try:
        read_id(person)
    except ValueError:
        return False
    return True


def _filed(person: str) -> FiledError:
    return FiledError(f'"{person}" is in the config file: change them there, or give one of the two another id')


def _stand(who: Correspondent, now: datetime) -> tuple[Stand, datetime | None]:
    pauses = (who.standing.paused_until, who.preferences.paused_until)
    paused_until = max((until for until in pauses if until is not None and until > now), default=None)
    if who.standing.opted_out:
        return Stand.STOPPED, paused_until
    if who.standing.ended is not None:
        return Stand.ENDED, paused_until
    if who.preferences.consent is Consent.ASKED:
        return Stand.ASKED, paused_until
    return (Stand.ACTIVE if paused_until is None else Stand.PAUSED), paused_until

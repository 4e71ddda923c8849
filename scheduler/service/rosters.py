"""Rosters put together: what a row is read by, how its people are enrolled, and how they keep up with the file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from config.fault import Fault
from config.person import ChannelName, Preferences
from config.roster_row import Ground, Member, RowReader
from config.settings import Config
from messages.rendering import Renderer
from scheduler.delivery.ports import Enrolment, Outbox, RosterChange
from scheduler.delivery.rosters import FILE, ROSTER
from scheduler.delivery.routines import Routines
from scheduler.service.checking import judge
from scheduler.service.defaults import nudge_defaults
from scheduler.service.importing import Roster, Told
from scheduler.service.replanning import Replanned, plan_fingerprints, replan
from scheduler.service.roster import brought, planner
from scheduler.service.sheets import ReaderOf

log = logging.getLogger("legup.roster")

_TOGETHER = 1_000
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """How a roster is imported."""

    whole: bool = False
    """It is everyone: whoever came by a roster before and is not in it is taken away."""
    welcome: bool = True
    """Whoever is new is welcomed."""


def row_reader(config: Config, today: date) -> RowReader:
    """What reads the rows of a roster for this configuration; due dates are judged by `today`."""
    return reader_of(config, today)()


def reader_of(config: Config, today: date) -> ReaderOf:
    """The same, to be made where it is wanted: in another process too."""
    service = config.service
    accounts = {ChannelName.CONSOLE}
    accounts |= {ChannelName.SMS} if service.twilio is not None else set()
    accounts |= {ChannelName.EMAIL} if service.smtp is not None else set()
    accounts |= {ChannelName.APPRISE} if service.apprise is not None else set()
    languages = Renderer(service.templates).languages()
    return partial(_reader, Ground(config.plans, tuple(nudge_defaults()), languages, accounts), today)


def _reader(ground: Ground, today: date) -> RowReader:
    routines = Routines(nudge_defaults())

    def plan_faults(preferences: Preferences) -> Iterable[Fault]:
        return judge(preferences, routines, today)

    return RowReader(ground, plan_faults)


def origins(config: Config, outbox: Outbox | None) -> Callable[[Collection[str]], dict[str, str]]:
    """Where people come from, also those of the file whom no `legup run` has read yet."""
    ours = {person.id for person in config.people}

    def of(people: Collection[str]) -> dict[str, str]:
        known = {} if outbox is None else dict(outbox.origins(people))
        return known | {person: FILE for person in people if person in ours}

    return of


def import_roster(
    outbox: Outbox, roster: Roster, config: Config, now: datetime, choice: Choice, told: Told
) -> RosterChange:
    """Enrol everyone of a roster that has been looked through.

    Whoever is there already is first planned for by today's plans: so that what is noted of these holds for all.
    """
    keep_up(outbox, config, now)
    enrolled = _enrolments(_counted(roster.members(), told), now, welcome=choice.welcome)
    return outbox.enrol(enrolled, now, origin=ROSTER, whole=choice.whole)


def _counted(members: Iterator[Member], told: Told) -> Iterator[Member]:
    for done, member in enumerate(members):
        if done % _TOGETHER == 0:
            told(done)
        yield member


def keep_up(outbox: Outbox, config: Config, now: datetime) -> Replanned:
    """Plan anew for people of rosters whose plans the file has changed, and note what each plan comes to now."""
    fingerprints = plan_fingerprints(config.plans, nudge_defaults())
    noted = outbox.plans()
    if noted.items() >= fingerprints.items() and noted.keys() <= fingerprints.keys():
        return Replanned()

    def silently(members: Iterator[Member]) -> Iterator[Enrolment]:
        # What people are sent first is a matter of the import.
        return (replace(each, request=None) for each in _enrolments(members, now, welcome=False))

    done = replan(outbox, fingerprints, row_reader(config, now.date()), silently, now)
    outbox.note_plans(fingerprints)
    _tell(done)
    return done


def tell_elsewhere(change: RosterChange) -> None:
    """Log who of the file is left out: nobody gets anything twice, and nothing that was not meant for them."""
    if change.elsewhere:
        log.error("left out of the config file, for a roster has their ids: %s", _named(change.elsewhere))


def _tell(done: Replanned) -> None:
    if done.people:
        plans = ", ".join(f'"{plan}"' if plan else "none" for plan in done.plans)
        log.info("%d people of rosters follow the config file's changes (plan %s)", done.people, plans)
    for plan in done.gone:
        log.warning('the config file has no plan "%s" any more; its people keep what it said last', plan)
    if done.kept:
        log.warning("people of rosters keep what they had, for it does not fit their plan now: %s", _named(done.kept))


def _named(people: Sequence[str]) -> str:
    more = f" and {len(people) - _SHOWN} more" if len(people) > _SHOWN else ""
    return f"{', '.join(people[:_SHOWN])}{more}"


def _enrolments(members: Iterator[Member], now: datetime, *, welcome: bool) -> Iterator[Enrolment]:
    plan = planner(Routines(nudge_defaults()))
    return (brought(member, plan, now, welcome=welcome) for member in members)

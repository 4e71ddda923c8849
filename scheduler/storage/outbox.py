"""The outbox on a SQL database: each method of the port is one transaction around the module that does its work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from config.person import ChannelName, Person
from scheduler.delivery.correspondence import (
    Approach,
    ConsentEntry,
    Correspondent,
    DiaryEntry,
    Heard,
    React,
    Report,
)
from scheduler.delivery.delivery import Delivery, Message, NewDelivery
from scheduler.delivery.doubt import Doubt, Resolution
from scheduler.delivery.due_nudge import Decide
from scheduler.delivery.enrolment import Enrolment, Plan, RosterChange
from scheduler.delivery.judgement import Judge
from scheduler.delivery.record import AttemptRecord, ChannelHold, Overview
from scheduler.delivery.rosters import FILE, Listed
from scheduler.delivery.settlement import Settlement
from scheduler.delivery.standing import Standing
from scheduler.delivery.timekeeping import ClockHold, ClockRecord
from scheduler.storage import (
    claiming,
    conversing,
    doubting,
    enrolling,
    entries,
    leasing,
    listening,
    reading,
    recording,
    reporting,
    restored,
    retention,
    sending,
    settling,
    standing,
    timekeeping,
)
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.database import Database
from scheduler.storage.dialect import upsert
from scheduler.storage.tables import CHANNEL_HOLDS, PEOPLE


class SqlOutbox:
    """Implements `scheduler.delivery.ports.Outbox`, where each method is specified. Every method may raise
    StorageError."""

    def __init__(self, database: Database, hasher: ContactHasher) -> None:
        self._database = database
        self._hasher = hasher

    def enrol(
        self, enrolments: Iterable[Enrolment], now: datetime, *, origin: str = FILE, whole: bool = True
    ) -> RosterChange:
        return enrolling.enrol(self._database, self._hasher, enrolments, now, origin, whole=whole)

    def origins(self, people: Collection[str]) -> dict[str, str]:
        with self._database.read() as connection:
            return entries.origins(connection, people)

    def listed(self, after: str, limit: int, *, plan: str | None = None) -> list[Listed]:
        with self._database.read() as connection:
            return entries.listed(connection, after, limit, plan)

    def listing(self, person: str) -> Listed | None:
        with self._database.read() as connection:
            return entries.listing(connection, person)

    def take_away(self, people: Collection[str], now: datetime) -> int:
        return enrolling.take_away(self._database, people, now)

    def plans(self) -> dict[str, str]:
        with self._database.read() as connection:
            return entries.plans(connection)

    def note_plans(self, fingerprints: Mapping[str, str]) -> None:
        with self._database.write() as connection:
            entries.note_plans(connection, fingerprints)

    def next_event_at(self) -> datetime | None:
        with self._database.read() as connection:
            return reading.next_event_at(connection)

    def claim_due(self, now: datetime, limit: int, decide: Decide) -> int:
        with self._database.write() as connection:
            return claiming.claim_due(connection, now, limit, decide)

    def add(self, delivery: NewDelivery) -> bool:
        """Raises KeyError when the database never knew such a person."""
        with self._database.write() as connection:
            return recording.add(connection, delivery)

    def begin(
        self,
        now: datetime,
        channel: ChannelName,
        limit: int,
        lease: timedelta,
        judge: Judge,
        *,
        cause: str | None = None,
    ) -> list[Message]:
        with self._database.write() as connection:
            return sending.begin(connection, now, channel, limit, lease, judge, cause)

    def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        with self._database.write() as connection:
            settling.settle(connection, settlements, now)
            reporting.catch_up(connection, (each.receipt for each in settlements), now)

    def hand_back(self, messages: Sequence[Message], now: datetime) -> None:
        with self._database.write() as connection:
            leasing.hand_back(connection, messages, now)

    def expire_leases(self, now: datetime) -> int:
        with self._database.write() as connection:
            return leasing.expire_leases(connection, now)

    def in_doubt(self, now: datetime, channel: ChannelName, limit: int) -> list[Doubt]:
        with self._database.read() as connection:
            return doubting.in_doubt(connection, now, channel, limit)

    def known_receipts(self, receipts: Collection[str]) -> set[str]:
        with self._database.read() as connection:
            return doubting.known_receipts(connection, receipts)

    def resolve(self, resolutions: Sequence[Resolution], now: datetime) -> None:
        with self._database.write() as connection:
            doubting.resolve(connection, resolutions, now)
            reporting.catch_up(connection, (each.receipt for each in resolutions), now)

    def open_breaker(self, hold: ChannelHold) -> None:
        values = {"channel": hold.channel, "until": hold.until, "reason": hold.reason}
        with self._database.write() as connection:
            connection.execute(upsert(connection.dialect.name, CHANNEL_HOLDS, list(values)), values)

    def opt_out(self, person: str, now: datetime, source: str) -> int:
        """Raises KeyError when the database never knew such a person."""
        with self._database.write() as connection:
            return standing.opt_out(connection, person, now, source)

    def pause(self, person: str, until: datetime | None, now: datetime) -> None:
        with self._database.write() as connection:
            standing.pause(connection, person, until, now)

    def converse(self, approach: Approach, react: React, plan: Plan, now: datetime) -> Heard:
        with self._database.write() as connection:
            return conversing.converse(connection, self._hasher, approach, react, plan, now)

    def correspondent(self, person: str, now: datetime, *, delivery: int | None = None) -> Correspondent | None:
        with self._database.read() as connection:
            return conversing.correspondent(connection, person, now, delivery)

    def by_handle(self, handle: str) -> str | None:
        with self._database.read() as connection:
            return connection.scalar(select(PEOPLE.c.id).where(PEOPLE.c.handle == handle))

    def handle_of(self, person: str) -> str | None:
        with self._database.read() as connection:
            return connection.scalar(select(PEOPLE.c.handle).where(PEOPLE.c.id == person))

    def report(self, reports: Sequence[Report], now: datetime) -> int:
        with self._database.write() as connection:
            return reporting.report(connection, reports, now)

    def awaiting(self, since: datetime, channel: ChannelName, limit: int) -> list[str]:
        with self._database.read() as connection:
            return reporting.awaiting(connection, since, channel, limit)

    def consents(self, person: str) -> list[ConsentEntry]:
        with self._database.read() as connection:
            return listening.consents(connection, person)

    def diary(self, person: str, since: datetime, until: datetime) -> list[DiaryEntry]:
        with self._database.read() as connection:
            return listening.diary(connection, person, since, until)

    def forgettable(self, now: datetime) -> list[str]:
        with self._database.read() as connection:
            return conversing.forgettable(connection, now)

    def read_until(self) -> datetime | None:
        with self._database.read() as connection:
            return conversing.read_until(connection)

    def have_read(self, until: datetime) -> None:
        with self._database.write() as connection:
            conversing.have_read(connection, until)

    def person(self, person: str) -> tuple[Person, Standing] | None:
        with self._database.read() as connection:
            return standing.person(connection, person)

    def sent_counts(self, person: str) -> Mapping[str, int]:
        with self._database.read() as connection:
            return reading.sent_counts(connection, person)

    def deliveries(
        self, since: datetime, until: datetime, *, person: str | None = None, limit: int = 1000
    ) -> list[Delivery]:
        with self._database.read() as connection:
            return reading.deliveries(connection, since, until, person, limit)

    def attempts(self, deliveries: Sequence[int]) -> list[AttemptRecord]:
        with self._database.read() as connection:
            return reading.attempts(connection, deliveries)

    def holds(self, since: datetime) -> list[ChannelHold]:
        with self._database.read() as connection:
            return reading.holds(connection, since)

    def overview(self, since: datetime) -> Overview:
        with self._database.read() as connection:
            return reading.overview(connection, since)

    def tick(self, now: datetime, *, believed: bool = True) -> None:
        with self._database.write() as connection:
            timekeeping.tick(connection, now, believed=believed)

    def clock_record(self) -> ClockRecord:
        with self._database.read() as connection:
            return timekeeping.clock_record(connection)

    def hold_clock(self, hold: ClockHold) -> None:
        with self._database.write() as connection:
            timekeeping.hold_clock(connection, hold)

    def release_clock(self, now: datetime, wait: timedelta) -> None:
        with self._database.write() as connection:
            timekeeping.release_clock(connection, now, wait)

    def confirm_clock(self, now: datetime, wait: timedelta) -> None:
        with self._database.write() as connection:
            timekeeping.confirm_clock(connection, now, wait)

    def rewind(self, now: datetime, wait: timedelta) -> None:
        with self._database.write() as connection:
            timekeeping.rewind(connection, now, wait)

    def purge(self, before: datetime, limit: int) -> int:
        with self._database.write() as connection:
            return retention.purge(connection, before, limit)

    def restored_from(self) -> datetime | None:
        """When the backup was made from which this database was restored; None once that is accepted, or if it never
        was."""
        with self._database.read() as connection:
            return restored.restored_from(connection)

    def accept_restored(self, now: datetime) -> int:
        """Withdraw what was under way when the backup was made; returns how many waiting messages that concerned."""
        with self._database.write() as connection:
            return restored.accept(connection, now)

    def close(self) -> None:
        """Let go of the database's files."""
        self._database.close()

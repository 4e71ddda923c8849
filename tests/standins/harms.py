"""What goes wrong in a cluster while messages go out, and what is to leave no trace: one function for each kind."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from threading import Event

import psycopg
from psycopg.errors import DeadlockDetected

from scheduler.delivery.delivery import State
from tests.standins.cluster import CONCURRENCY, LEASE, WORKERS, Harm, Site
from tests.standins.hasty_worker import PATIENCE, HastyWorker
from tests.standins.twilio import gated


def at_some_moment(chance: Random, within: float) -> None:
    """So many seconds or fewer from now: what is harmed must not have come to a place that we could wait for."""
    time.sleep(chance.random() * within)


def killed(site: Site, chance: Random) -> None:
    """kill -9."""
    site.set_going()
    worker = chance.choice(site.workers)
    at_some_moment(chance, 0.2)
    worker.send(signal.SIGKILL)
    worker.ended()
    site.replace(worker)


def bereft(site: Site, chance: Random) -> None:
    """All but one die, whoever it was that looked at what is due, and nobody tells that one to look."""
    before = len(site.twilio.messages.all())
    dead = chance.sample(site.workers, WORKERS - 1)
    for each in dead:
        each.send(signal.SIGKILL)
    site.twilio.messages.wait_for(before + 1, PATIENCE)
    for each in dead:
        each.ended()
        site.replace(each)


def suspended(site: Site, chance: Random) -> None:
    """SIGSTOP in the middle of its calls, for longer than its leases last. The provider answers meanwhile, others take
    over, and in every other round have looked everything up when it goes on (SIGCONT)."""
    answers = _held(site)
    worker = chance.choice(site.workers)
    worker.send(signal.SIGSTOP)
    answers.set()
    _lapse(site)
    if chance.random() < 0.5:
        site.wait_until(lambda states: State.UNKNOWN not in states)
    worker.send(signal.SIGCONT)


def stunned(site: Site, chance: Random) -> None:
    """The same for all but one, each at any moment: between two calls, in a transaction, holding a lock."""
    site.set_going()
    struck = chance.sample(site.workers, WORKERS - 1)
    for each in struck:
        at_some_moment(chance, 0.1)
        each.send(signal.SIGSTOP)
    _lapse(site)
    for each in struck:
        each.send(signal.SIGCONT)


def overtaken(site: Site, chance: Random) -> None:
    """The provider has the messages and answers none before their leases end, so that one worker looks up and settles
    what all of them still wait for. Then the answers come, in the middle of that or after it."""
    answers = _held(site)
    _lapse(site)
    site.wait_until(lambda states: State.SENT in states)
    if chance.random() < 0.5:
        at_some_moment(chance, 0.1)
    else:
        site.wait_until(lambda states: State.UNKNOWN not in states)
    answers.set()


def restarted(site: Site, chance: Random) -> None:
    """The server crashes and comes back."""
    site.set_going()
    at_some_moment(chance, 0.2)
    site.server.stop()
    at_some_moment(chance, 0.5)
    site.server.start()


def cut(site: Site, chance: Random) -> None:
    """Every connection is cut, several times."""
    site.set_going()
    for _ in range(3):
        at_some_moment(chance, 0.1)
        with psycopg.connect(site.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid()"
            )


def rolled(site: Site, chance: Random) -> None:
    """All workers are stopped and started again, one after the other, with another config file; in between one is
    started with the old file once more. Whom the new file brings is welcomed once."""
    newcomer = f"r{site.rounds}-newcomer"
    site.expected.add(f"{newcomer}/welcome")
    old, new = site.config, site.write_config(newcomer)
    site.set_going()
    first, second, third = chance.sample(site.workers, WORKERS)
    site.config = new
    _restarted(site, first)
    site.config = old
    second = _restarted(site, second)
    assert second.says("the people of a newer config file are enrolled already")
    site.config = new
    _restarted(site, second)
    _restarted(site, third)


def migrated(site: Site, chance: Random) -> None:
    """In one transaction, as `legup db upgrade` does it, tables get a column more and their indexes are made anew.
    Should that meet a worker crosswise, it is undone, and an operator would try again."""
    site.set_going()
    at_some_moment(chance, 0.1)
    with suppress(DeadlockDetected), psycopg.connect(site.url) as connection:
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('nudges', 'deliveries') "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        ).fetchall()
        for table in ("nudges", "deliveries"):
            connection.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS of_a_later_version text".encode())
        for name, definition in indexes:
            connection.execute(f"DROP INDEX {name}".encode())
            connection.execute(definition.encode())


def _held(site: Site) -> Event:
    """Wait until the provider has as many messages as all workers together have under way. It answers none of them
    before this event."""
    answers, held = Event(), CONCURRENCY * WORKERS
    site.twilio.script(*[gated(answers)] * held)
    before = len(site.twilio.messages.all())
    site.look()
    site.twilio.messages.wait_for(before + held, PATIENCE)
    return answers


def _lapse(site: Site) -> None:
    """Wait until all leases have ended, and a worker has noticed."""
    time.sleep(LEASE)
    site.tick()
    site.wait_until(lambda states: State.SENDING not in states)


def _restarted(site: Site, worker: HastyWorker) -> HastyWorker:
    """SIGTERM: it finishes what it began, and another takes its place."""
    worker.send(signal.SIGTERM)
    assert worker.ended() == 0, "\n".join(worker.told)
    return site.replace(worker)


HARMS: tuple[Harm, ...] = (killed, bereft, suspended, stunned, overtaken, restarted, cut, rolled, migrated)


def seeded(rounds: int) -> Iterator[tuple[Harm, int]]:
    """Each kind of harm in turn, at other moments every time."""
    for number in range(rounds):
        yield HARMS[number % len(HARMS)], number

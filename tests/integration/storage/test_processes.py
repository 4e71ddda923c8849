"""Several processes on one file: each nudge is claimed and begun by one of them, and a kill loses no promise."""

from __future__ import annotations

import signal
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from scheduler.delivery.delivery import State
from scheduler.storage.sqlite import open_sqlite
from tests.standins.forked import FORKS
from tests.standins.outbox_parts import (
    EARLY,
    KEY,
    LEASE,
    NINE,
    SMS,
    all_deliveries,
    begin_all,
    enrolment,
    one_each,
    outcome,
    send,
)

PEOPLE = 300


def claim_and_send(path: Path, report: Connection) -> None:
    """Claim and send until nothing is left; report who got something."""
    begun = []
    with closing(open_sqlite(path, contact_key=KEY)) as outbox:
        report.send("ready")
        report.recv()
        claimed = 1
        while claimed:
            claimed = outbox.claim_due(NINE, 10, one_each)
            messages = outbox.begin(NINE, SMS, 10, LEASE, send)
            outbox.settle([outcome(message, State.SENT) for message in messages], NINE)
            begun += [message.person for message in messages]
    report.send(begun)


def send_until_killed(path: Path, report: Connection) -> None:
    """Settle every other batch, and report each before going on, for ever."""
    with closing(open_sqlite(path, contact_key=KEY)) as outbox:
        while True:
            outbox.claim_due(NINE, 7, one_each)
            first, second = (outbox.begin(NINE, SMS, 3, LEASE, send) for _ in range(2))
            outbox.settle([outcome(message, State.SENT) for message in first], NINE)
            report.send(len(first) + len(second))


def test_two_processes_send_every_nudge_exactly_once(tmp_path: Path) -> None:
    path = tmp_path / "legup.db"
    with closing(open_sqlite(path, contact_key=KEY)) as outbox:
        outbox.enrol([enrolment(f"p{index}") for index in range(PEOPLE)], EARLY)
        pipes = [FORKS.Pipe() for _ in range(2)]
        processes = [FORKS.Process(target=claim_and_send, args=(path, theirs)) for _, theirs in pipes]
        for process in processes:
            process.start()
        for ours, _ in pipes:
            assert ours.recv() == "ready"
        for ours, _ in pipes:
            ours.send("go")
        begun = [person for ours, _ in pipes for person in ours.recv()]
        for process in processes:
            process.join()
        begun += [message.person for message in begin_all(outbox)]
        assert sorted(begun) == sorted(f"p{index}" for index in range(PEOPLE))


def test_after_a_kill_nothing_is_lost_from_sight_and_nothing_begins_twice(tmp_path: Path) -> None:
    path = tmp_path / "legup.db"
    with closing(open_sqlite(path, contact_key=KEY)) as outbox:
        outbox.enrol([enrolment(f"p{index}") for index in range(PEOPLE)], EARLY)
        ours, theirs = FORKS.Pipe()
        process = FORKS.Process(target=send_until_killed, args=(path, theirs))
        process.start()
        begun = sum(ours.recv() for _ in range(5))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        while outbox.claim_due(NINE, 50, one_each):
            pass
        before = all_deliveries(outbox)
        again = {message.delivery for message in outbox.begin(NINE, SMS, PEOPLE, LEASE, send)}
        assert {each.person for each in before} == {f"p{index}" for index in range(PEOPLE)}
        assert again == {each.id for each in before if each.state is State.PENDING}
        assert len(before) - len(again) >= begun
        tried = [each.id for each in before if each.state is not State.PENDING]
        assert [attempt.number for attempt in outbox.attempts(tried)] == [1] * len(tried)


def test_what_a_killed_process_was_sending_becomes_unknown(tmp_path: Path) -> None:
    path = tmp_path / "legup.db"
    with closing(open_sqlite(path, contact_key=KEY)) as outbox:
        outbox.enrol([enrolment(f"p{index}") for index in range(20)], EARLY)
        ours, theirs = FORKS.Pipe()
        process = FORKS.Process(target=send_until_killed, args=(path, theirs))
        process.start()
        ours.recv()
        process.kill()
        process.join()
        sending = {each.id for each in all_deliveries(outbox) if each.state is State.SENDING}
        assert sending
        assert outbox.expire_leases(NINE + LEASE) == len(sending)
        assert {each.id for each in all_deliveries(outbox) if each.state is State.UNKNOWN} == sending
        assert outbox.overview(EARLY).states[State.UNKNOWN] == len(sending)

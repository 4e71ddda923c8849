"""Overlapping: so many at once, each message once, and an end that loses nothing."""

from datetime import datetime, timedelta
from threading import Event, Lock, Semaphore, Thread

import pytest
from annotated_types import Le

from config.accounts import AppriseAccount, SmtpAccount, TwilioAccount
from scheduler.channels.deadline import LONGEST, Deadline, steady
from scheduler.channels.overlap import Overlap
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted, Outcome, RetryAfter, Unknown
from scheduler.service.forgetting import PATIENCE
from scheduler.service.pump import LEASE
from tests.standins.letters import NOW, a_message


class Sender:
    """Counts what begins, and finishes nothing before it is let to."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.peak = 0
        self.has_begun = Semaphore(0)
        self.go_on = Semaphore(0)
        self._under_way = 0
        self._lock = Lock()

    def __call__(self, message: Message, at: datetime, deadline: Deadline) -> Outcome:
        del at, deadline
        with self._lock:
            self.begun.append(message.delivery)
            self._under_way += 1
            self.peak = max(self.peak, self._under_way)
        self.has_begun.release()
        assert self.go_on.acquire(timeout=5)
        with self._lock:
            self._under_way -= 1
        return Accepted(str(message.delivery))


MESSAGES = [a_message(number) for number in range(1, 8)]


def accept(message: Message, at: datetime, deadline: Deadline) -> Outcome:
    return Accepted(str(message.delivery))


def begin(sender: Sender, count: int) -> None:
    for _ in range(count):
        assert sender.has_begun.acquire(timeout=5)


def test_no_more_than_so_many_are_under_way_at_once() -> None:
    overlap, sender = Overlap(3, "test"), Sender()
    outcomes = overlap.each(MESSAGES, NOW, sender)
    sender.go_on.release(len(MESSAGES))
    assert sorted(message.delivery for message, _ in outcomes) == [1, 2, 3, 4, 5, 6, 7]
    assert sender.peak <= 3
    overlap.close()


def test_so_many_do_overlap() -> None:
    overlap, sender = Overlap(3, "test"), Sender()
    outcomes = overlap.each(MESSAGES[:3], NOW, sender)
    sender.go_on.release(1)
    next(outcomes)
    begin(sender, 3)  # two of them wait for us: all three were under way without any having been waited for
    sender.go_on.release(2)
    assert len(list(outcomes)) == 2
    overlap.close()


def test_closing_hands_back_what_has_not_begun_and_finishes_what_has() -> None:
    overlap, sender = Overlap(2, "test"), Sender()
    outcomes = overlap.each(MESSAGES, NOW, sender)
    sender.go_on.release(1)
    first, _ = next(outcomes)
    begin(sender, 3)
    sender.go_on.release(5)
    overlap.close()
    rest = list(outcomes)
    assert len(rest) == 6
    assert {message.delivery for message, _ in rest} | {first.delivery} == {1, 2, 3, 4, 5, 6, 7}
    for message, outcome in rest:
        assert isinstance(outcome, Accepted if message.delivery in sender.begun else RetryAfter)


def test_sending_after_closing_starts_new_threads() -> None:
    overlap = Overlap(2, "test")
    overlap.close()
    assert len(list(overlap.each(MESSAGES, NOW, accept))) == 7
    overlap.close()


def test_without_a_thread_everything_is_certainly_unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    overlap = Overlap(2, "test")
    with monkeypatch.context() as patch:
        patch.setattr(Thread, "start", no_room)
        outcomes = [outcome for _, outcome in overlap.each(MESSAGES, NOW, accept)]
    assert outcomes == [RetryAfter("no thread could be started for it", shared=True)] * 7
    assert len(list(overlap.each(MESSAGES, NOW, accept))) == 7
    overlap.close()


def test_no_messages_need_no_threads() -> None:
    assert list(Overlap(2, "test").each([], NOW, accept)) == []


def test_a_fault_of_ours_costs_one_message_and_tells_where_but_not_what() -> None:
    def fail(message: Message, at: datetime, deadline: Deadline) -> Outcome:
        if message.delivery == 2:
            raise KeyError(message.address)
        return Accepted()

    overlap = Overlap(2, "test")
    outcomes = {message.delivery: outcome for message, outcome in overlap.each(MESSAGES, NOW, fail)}
    overlap.close()
    unknown = outcomes.pop(2)
    assert isinstance(unknown, Unknown)
    assert unknown.reason.startswith("fault in legup: KeyError at test_overlap.py:")
    assert set(outcomes.values()) == {Accepted()}


def test_a_message_whose_life_ends_before_its_turn_does_not_begin() -> None:
    overlap, waited = Overlap(1, "test"), Event()
    instants: list[datetime] = []

    def slow(message: Message, at: datetime, deadline: Deadline) -> Outcome:
        instants.append(at)
        waited.wait(0.02)
        return Accepted()

    brief = a_message(2, expires_at=NOW + timedelta(milliseconds=10))
    outcomes = dict(overlap.each([a_message(1), brief, a_message(3)], NOW, slow))
    overlap.close()
    assert isinstance(outcomes[brief], RetryAfter)
    assert len(instants) == 2
    assert NOW <= instants[0] < instants[1]


@pytest.mark.parametrize("expires", [NOW, NOW - timedelta(minutes=1)])
def test_a_message_whose_life_is_over_at_the_start_does_not_begin(expires: datetime) -> None:
    overlap = Overlap(1, "test")
    late = a_message(1, expires_at=expires)
    assert dict(overlap.each([late], NOW, accept)) == {late: RetryAfter("its time ran out before its turn came")}
    overlap.close()


@pytest.mark.parametrize(("life", "left"), [(30.0, 30.0), (3600.0, LONGEST)])
def test_a_try_has_until_its_life_ends_but_never_until_its_lease_does(life: float, left: float) -> None:
    given: list[Deadline] = []

    def note(message: Message, at: datetime, deadline: Deadline) -> Outcome:
        given.append(deadline)
        return Accepted()

    before = steady()
    list(Overlap(1, "test").each([a_message(1, expires_at=NOW + timedelta(seconds=life))], NOW, note))
    assert before + left <= given[0].at <= steady() + left


def test_the_longest_send_and_its_answer_end_before_the_lease() -> None:
    longest_answer = 120.0
    for account in (TwilioAccount, SmtpAccount, AppriseAccount):
        bounds = account.model_fields["timeout"].metadata
        assert [bound.le for bound in bounds if isinstance(bound, Le)] == [longest_answer]
    assert LONGEST + longest_answer < PATIENCE < LEASE.total_seconds()

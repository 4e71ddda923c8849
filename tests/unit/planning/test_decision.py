import pytest

from scheduler.planning.decision import MOST_AT_ONCE, Decision, decide
from scheduler.planning.slot import Silence, Verdict
from tests.standins.routines import minutes, nudge, quiet, routine, utc

WATER = nudge("every 1 h from 09:00 to 20:00", "hydration", lifetime=minutes(45))
PERSON = routine(WATER)
MIDNIGHT = utc("2026-06-01 00:00")


def rows(decision: Decision) -> list[tuple[str, Verdict, Silence | None]]:
    return [(one.occurrence.slot.local, one.verdict, one.reason) for one in decision.decided]


def test_a_nudge_on_time_is_sent() -> None:
    now = utc("2026-06-01 08:00:01")
    decision = decide(PERSON, WATER, MIDNIGHT, now, None)
    assert rows(decision) == [("09:00", Verdict.SEND, None)]
    assert decision.decided_at == now
    assert decision.next_due_at == utc("2026-06-01 09:00")


def test_a_slot_due_now_is_decided_and_one_decided_at_its_instant_is_not_decided_again() -> None:
    due = utc("2026-06-01 08:00")
    assert rows(decide(PERSON, WATER, MIDNIGHT, due, None)) == [("09:00", Verdict.SEND, None)]
    assert rows(decide(PERSON, WATER, due, due, None)) == []


def test_after_a_sleep_only_the_latest_that_is_alive_is_sent() -> None:
    decision = decide(PERSON, WATER, MIDNIGHT, utc("2026-06-01 10:30"), None)
    assert rows(decision) == [
        ("09:00", Verdict.MISSED, Silence.TOO_LATE),
        ("10:00", Verdict.MISSED, Silence.TOO_LATE),
        ("11:00", Verdict.SEND, None),
    ]


def test_after_a_sleep_too_long_nothing_is_sent() -> None:
    decision = decide(PERSON, WATER, MIDNIGHT, utc("2026-06-01 08:45"), None)
    assert rows(decision) == [("09:00", Verdict.MISSED, Silence.TOO_LATE)]


def test_a_life_ends_before_its_last_instant() -> None:
    last = utc("2026-06-01 08:45") - minutes(1 / 60)
    assert rows(decide(PERSON, WATER, MIDNIGHT, last, None)) == [("09:00", Verdict.SEND, None)]


def test_an_older_one_still_alive_is_passed_over() -> None:
    patient = nudge("every 1 h from 09:00 to 20:00", "hydration", lifetime=minutes(150))
    decision = decide(routine(patient), patient, MIDNIGHT, utc("2026-06-01 10:30"), None)
    assert rows(decision) == [
        ("09:00", Verdict.MISSED, Silence.TOO_LATE),
        ("10:00", Verdict.MISSED, Silence.PASSED_OVER),
        ("11:00", Verdict.SEND, None),
    ]


def test_nothing_due_moves_the_row_on() -> None:
    decision = decide(PERSON, WATER, MIDNIGHT, utc("2026-06-01 02:00"), None)
    assert decision == Decision((), utc("2026-06-01 02:00"), utc("2026-06-01 08:00"))


def test_a_clock_set_back_decides_nothing_and_keeps_what_was_decided() -> None:
    decided_at = utc("2026-06-01 12:30")
    decision = decide(PERSON, WATER, decided_at, utc("2026-06-01 10:00"), None)
    assert decision == Decision((), decided_at, utc("2026-06-01 13:00"))


def test_after_the_last_slot_there_is_no_next_due_instant() -> None:
    once = nudge("at 09:00", starts=MIDNIGHT.date(), ends=MIDNIGHT.date())
    decision = decide(routine(once), once, MIDNIGHT, utc("2026-06-01 08:00"), None)
    assert rows(decision) == [("09:00", Verdict.SEND, None)]
    assert decision.next_due_at is None


@pytest.mark.parametrize("silence", [Silence.OPTED_OUT, Silence.NO_CONSENT])
def test_a_silence_beats_everything(silence: Silence) -> None:
    asleep = routine(WATER, paused_until=utc("2026-06-05 00:00"))
    decision = decide(asleep, WATER, MIDNIGHT, utc("2026-06-01 09:10"), silence)
    assert rows(decision) == [
        ("09:00", Verdict.SUPPRESSED, silence),
        ("10:00", Verdict.SUPPRESSED, silence),
    ]


def test_a_pause_suppresses_what_was_due_in_it_even_once_it_is_over() -> None:
    paused = routine(WATER, paused_until=utc("2026-06-01 08:05"))
    decision = decide(paused, WATER, MIDNIGHT, utc("2026-06-01 08:10"), None)
    assert rows(decision) == [("09:00", Verdict.SUPPRESSED, Silence.PAUSED)]


def test_a_late_nudge_is_not_sent_into_quiet_hours() -> None:
    napping = routine(WATER, quiet_hours=(quiet("09:20-09:50"),))
    assert rows(decide(napping, WATER, MIDNIGHT, utc("2026-06-01 08:20"), None)) == [
        ("09:00", Verdict.SUPPRESSED, Silence.QUIET_HOURS)
    ]


def test_a_slot_suppressed_for_itself_does_not_hold_back_the_one_before() -> None:
    napping = routine(WATER, quiet_hours=(quiet("10:00-10:10"),))
    patient = nudge("every 1 h from 09:00 to 20:00", "hydration", lifetime=minutes(90))
    assert rows(decide(napping, patient, MIDNIGHT, utc("2026-06-01 09:15"), None)) == [
        ("09:00", Verdict.SEND, None),
        ("10:00", Verdict.SUPPRESSED, Silence.QUIET_HOURS),
    ]


def test_the_daily_limit_is_the_same_as_in_the_plan() -> None:
    short = routine(WATER, daily_limit=2)
    assert rows(decide(short, WATER, MIDNIGHT, utc("2026-06-01 09:00"), None)) == [
        ("09:00", Verdict.MISSED, Silence.TOO_LATE),
        ("10:00", Verdict.SUPPRESSED, Silence.DAILY_LIMIT),
    ]


def test_a_very_long_absence_is_decided_in_parts_and_sends_once() -> None:
    busy = nudge("every 1 min from 00:00 to 23:59", "hydration", lifetime=minutes(5))
    person = routine(busy, quiet_hours=(), daily_limit=10_000)
    now = utc("2026-06-03 12:00")
    first = decide(person, busy, MIDNIGHT, now, None)
    assert len(first.decided) == MOST_AT_ONCE
    assert first.decided_at == first.decided[-1].occurrence.due
    assert first.next_due_at == first.decided_at + minutes(1)
    assert {one.verdict for one in first.decided} == {Verdict.MISSED}
    second = decide(person, busy, first.decided_at, now, None)
    assert [one.verdict for one in second.decided[-5:]] == [Verdict.MISSED] * 4 + [Verdict.SEND]
    assert [one.reason for one in second.decided[-5:]] == [Silence.PASSED_OVER] * 4 + [None]
    assert second.decided_at == now
    assert len(first.decided) + len(second.decided) == 60 * 60


def test_a_batch_cut_off_sends_nothing_even_if_its_last_is_alive() -> None:
    busy = nudge("every 1 min from 00:00 to 23:59", "hydration", lifetime=minutes(5))
    person = routine(busy, quiet_hours=(), daily_limit=10_000)
    decision = decide(person, busy, MIDNIGHT, MIDNIGHT + minutes(MOST_AT_ONCE + 1), None)
    assert len(decision.decided) == MOST_AT_ONCE
    assert decision.decided[-1].reason is Silence.PASSED_OVER
    assert Verdict.SEND not in {one.verdict for one in decision.decided}


def test_exactly_a_full_batch_is_not_cut_off() -> None:
    busy = nudge("every 1 min from 00:00 to 23:59", "hydration", lifetime=minutes(5))
    person = routine(busy, quiet_hours=(), daily_limit=10_000)
    decision = decide(person, busy, MIDNIGHT, MIDNIGHT + minutes(MOST_AT_ONCE), None)
    assert len(decision.decided) == MOST_AT_ONCE
    assert decision.decided[-1].verdict is Verdict.SEND

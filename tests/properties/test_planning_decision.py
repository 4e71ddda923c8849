"""Whenever legup looks, sleeps, or is restarted: every slot gets one verdict, and no look sends more than one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from config.routine import NudgeRoutine, Routine
from scheduler.planning.decision import Decision, decide
from scheduler.planning.plan import plan
from scheduler.planning.slot import Decided, Silence, Slot, Verdict
from scheduler.planning.spread import share_of
from tests.standins.fuzzing import examples
from tests.standins.routines import minutes, nudge, quiet, routine
from tests.standins.wall_clock import ZONES

START = datetime(2026, 3, 27, tzinfo=UTC)
SPAN = timedelta(days=4)
SHARE = share_of("sam")
PHRASES = (
    "every 1 h from 09:00 to 18:00",
    "every 25 min from 20:00 to 03:00",
    "at 01:30, 02:30 and 12:00",
    "30 min before bedtime",
)

looks = st.lists(st.integers(1, SPAN // timedelta(seconds=1)), min_size=1, max_size=40, unique=True)


@st.composite
def people(draw: st.DrawFn) -> tuple[Routine, NudgeRoutine]:
    asked = nudge(
        draw(st.sampled_from(PHRASES)),
        lifetime=minutes(draw(st.integers(5, 180))),
        every_nth=draw(st.sampled_from([1, 2, 4])),
        spread=minutes(draw(st.sampled_from([0, 10, 90]))),
    )
    other = nudge("at 12:10 and 16:00", "legs_up", priority=draw(st.integers(1, 5)))
    hours = draw(st.sampled_from([(), (quiet("22:30-07:00"),), (quiet("12:00-13:00"), quiet("23:00-01:00"))]))
    paused = draw(st.one_of(st.none(), st.integers(0, 72).map(lambda count: START + timedelta(hours=count))))
    person = routine(
        asked,
        other,
        timezone=draw(st.sampled_from(ZONES)),
        quiet_hours=hours,
        daily_limit=draw(st.integers(0, 12)),
        paused_until=paused,
    )
    return person, asked


def looked(person: Routine, asked: NudgeRoutine, seconds: list[int]) -> list[Decision]:
    decisions = []
    decided_at = START
    for now in sorted(START + timedelta(seconds=second) for second in seconds):
        decision = decide(person, asked, decided_at, now, None, SHARE)
        decided_at = decision.decided_at
        decisions.append(decision)
    return decisions


@examples(0.75)
@given(people(), looks)
def test_looking_in_any_rhythm_loses_no_slot_and_repeats_none(
    drawn: tuple[Routine, NudgeRoutine], seconds: list[int]
) -> None:
    person, asked = drawn
    decisions = looked(person, asked, seconds)
    in_parts = [one.occurrence for decision in decisions for one in decision.decided]
    at_once = decide(person, asked, START, START + timedelta(seconds=max(seconds)), None, SHARE)

    assert in_parts == [one.occurrence for one in at_once.decided]
    assert decisions[-1].decided_at == at_once.decided_at
    assert decisions[-1].next_due_at == at_once.next_due_at


@examples(0.75)
@given(people(), looks)
def test_no_look_sends_more_than_one_and_never_a_dead_or_quiet_one(
    drawn: tuple[Routine, NudgeRoutine], seconds: list[int]
) -> None:
    person, asked = drawn
    planned = {
        one.occurrence.slot: one
        for one in plan(person, START, START + SPAN + minutes(1), SHARE)
        if one.occurrence.nudge == asked.nudge
    }
    for decision in looked(person, asked, seconds):
        sent = [one for one in decision.decided if one.verdict is Verdict.SEND]
        assert len(sent) <= 1
        for one in decision.decided:
            on_time = planned[one.occurrence.slot]
            if on_time.verdict is Verdict.SUPPRESSED:
                assert one == on_time
            if one.verdict is Verdict.SEND:
                assert decision.decided_at < one.occurrence.due + asked.lifetime


@examples(0.3)
@given(people())
def test_always_on_time_decides_what_the_plan_says(drawn: tuple[Routine, NudgeRoutine]) -> None:
    person, asked = drawn
    planned = [one for one in plan(person, START, START + SPAN, SHARE) if one.occurrence.nudge == asked.nudge]
    decided: list[Decided] = []
    decided_at = START - datetime.resolution
    while (
        due := decide(person, asked, decided_at, decided_at, None, SHARE).next_due_at
    ) is not None and due < START + SPAN:
        decision = decide(person, asked, decided_at, due, None, SHARE)
        decided_at = decision.decided_at
        decided.extend(decision.decided)
    assert decided == planned


@examples(0.3)
@given(people(), looks, st.integers(0, 39))
def test_a_restart_and_a_clock_set_back_repeat_nothing(
    drawn: tuple[Routine, NudgeRoutine], seconds: list[int], where: int
) -> None:
    person, asked = drawn
    seen: set[Slot] = set()
    decided_at = START
    instants = [START + timedelta(seconds=second) for second in seconds]  # in any order: a clock that jumps
    for index, now in enumerate(instants):
        again = 2 if index == where % len(instants) else 1
        for _ in range(again):
            decision = decide(person, asked, decided_at, now, None, SHARE)
            slots = {one.occurrence.slot for one in decision.decided}
            assert not slots & seen
            assert decision.decided_at >= decided_at
            seen |= slots
            decided_at = decision.decided_at
    whole = decide(person, asked, START, max(instants), Silence.OPTED_OUT, SHARE)
    assert seen == {one.occurrence.slot for one in whole.decided}


@examples(0.15)
@given(people(), looks)
def test_slots_are_decided_in_order(drawn: tuple[Routine, NudgeRoutine], seconds: list[int]) -> None:
    dues = [one.occurrence.due for decision in looked(*drawn, seconds) for one in decision.decided]
    assert all(one < other for one, other in pairwise(dues))

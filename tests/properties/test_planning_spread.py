"""Spread slots beside the same slots as they are written, in every IANA zone and near its clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from config.routine import NudgeRoutine, Routine
from scheduler.planning.quiet import is_quiet
from scheduler.planning.slot import Occurrence
from scheduler.planning.spread import slots_of
from scheduler.planning.timetable import timetable
from tests.standins.fuzzing import examples
from tests.standins.routines import minutes, nudge, quiet, routine
from tests.standins.wall_clock import ZONES, days_of_change

SPAN = timedelta(days=4)
PHRASES = (
    "every 1 h from 09:00 to 18:00",
    "every 25 min from 20:00 to 03:00",
    "at 00:50, 01:30, 02:30 and 12:00",
    "30 min before bedtime on weekdays",
)
shares = st.one_of(st.sampled_from([0, (1 << 32) - 1]), st.integers(0, (1 << 32) - 1))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Routine, NudgeRoutine, datetime]:
    zone = draw(st.sampled_from(ZONES))
    changes = days_of_change(zone)
    near_a_change = bool(changes) and draw(st.booleans())
    first = draw(st.sampled_from(changes)) if near_a_change else draw(st.dates(date(2020, 1, 1), date(2045, 1, 1)))
    asked = nudge(draw(st.sampled_from(PHRASES)), spread=minutes(draw(st.sampled_from([1, 10, 45, 200]))))
    hours = draw(st.sampled_from([(), (quiet("22:30-07:00"),), (quiet("01:40-03:10"), quiet("12:05-13:00"))]))
    person = routine(asked, timezone=zone, quiet_hours=hours)
    return person, asked, datetime.combine(first, time.min, UTC)


def written_and_moved(case: tuple[Routine, NudgeRoutine, datetime], share: int) -> list[tuple[Occurrence, Occurrence]]:
    """From a margin before the start on, so that the first written slot is the first moved one."""
    person, asked, start = case
    written = list(timetable(person, asked).between(start, start + SPAN))
    moved = {one.slot: one for one in slots_of(person, asked, share).between(start, start + SPAN + asked.spread)}
    return [(one, moved[one.slot]) for one in written]


@examples(0.5)
@given(cases(), shares)
def test_every_slot_comes_in_order_within_its_spread_and_out_of_quiet_hours(
    case: tuple[Routine, NudgeRoutine, datetime], share: int
) -> None:
    person, asked, _ = case
    pairs = written_and_moved(case, share)
    for written, moved in pairs:
        assert written.due <= moved.due < written.due + asked.spread
        assert is_quiet(person, moved.due) == is_quiet(person, written.due)
        if is_quiet(person, written.due):
            assert moved == written
    assert all(moved.due < following.due for (_, moved), (following, _) in pairwise(pairs))


@examples(0.3)
@given(cases(), shares, st.lists(st.integers(0, SPAN // timedelta(seconds=1)), max_size=5))
def test_the_next_slot_is_the_first_that_comes_after_and_a_split_interval_equals_the_whole(
    case: tuple[Routine, NudgeRoutine, datetime], share: int, cuts: list[int]
) -> None:
    person, asked, start = case
    slots = slots_of(person, asked, share)
    whole = list(slots.between(start, start + SPAN))
    edges = sorted([start, start + SPAN, *(start + timedelta(seconds=cut) for cut in cuts)])
    assert [one for low, high in pairwise(edges) for one in slots.between(low, high)] == whole
    for low in edges[:-1]:
        later = [one for one in whole if one.due > low]
        if later:
            assert slots.after(low) == later[0]

"""Timetables against a wall clock watched minute by minute, in every IANA zone and near its clock changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from config.schedule import EVERY_DAY, Anchor, At, Every, Offset, Rule, Schedule, TimeOfDay
from scheduler.planning.slot import Occurrence
from scheduler.planning.timetable import Timetable, timetable
from scheduler.planning.zone import instant_of
from tests.standins.fuzzing import examples
from tests.standins.routines import nudge, routine
from tests.standins.wall_clock import MINUTE, ZONES, WatchedClock, days_of_change

DAYS = 5
"""Length of the interval compared; the clock is watched from further back and further on."""

times = st.integers(0, 1439).map(TimeOfDay)
moments = st.one_of(times, st.sampled_from(Anchor))
steps = st.integers(20, 600).map(lambda count: count * MINUTE)
rules: st.SearchStrategy[Rule] = st.one_of(
    st.lists(moments, min_size=1, max_size=5).map(lambda some: At(tuple(some))),
    st.builds(Every, steps, st.one_of(st.none(), st.tuples(times, times))),
    st.builds(Offset, st.integers(-700, 700).map(lambda count: count * MINUTE), st.sampled_from(Anchor)),
)
weekdays = st.one_of(st.just(EVERY_DAY), st.frozensets(st.integers(0, 6), min_size=1))


@dataclass(frozen=True)
class Case:
    zone: str
    first: date
    rule: Rule
    weekdays: frozenset[int]
    wake: TimeOfDay
    bedtime: TimeOfDay
    bounds: tuple[int, int] | None
    """Days after `first`."""

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time.min, UTC)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=DAYS)

    def timetable(self) -> Timetable:
        starts, ends = (self.first + timedelta(days=day) for day in self.bounds or (-4000, 4000))
        asked = nudge(schedule=Schedule(self.rule, self.weekdays), starts=starts, ends=ends)
        return timetable(routine(asked, timezone=self.zone, wake=str(self.wake), bedtime=str(self.bedtime)), asked)

    def on_owner_day(self) -> list[int]:
        """The rules of a schedule, spelled out anew."""
        bedtime = self.bedtime.minutes if self.bedtime.minutes >= 720 else self.bedtime.minutes + 1440
        anchors = {Anchor.WAKE: self.wake.minutes, Anchor.BEDTIME: bedtime}
        match self.rule:
            case At(some):
                return [anchors[one] if isinstance(one, Anchor) else one.minutes for one in some]
            case Offset(by, anchor):
                return [anchors[anchor] + round(by.total_seconds() / 60)]
            case Every(step, None):
                counted = counted_up(self.wake.minutes, bedtime, step)
                return [one for one in counted if one == self.wake.minutes or one % 1440 != self.bedtime.minutes]
            case Every(step, (TimeOfDay(start), TimeOfDay(stop))):
                return counted_up(start, stop, step)
        raise AssertionError(self.rule)

    def watched(self) -> list[tuple[datetime, date, int]]:
        """Due instant, owner day and minute of every slot in the interval, found by watching the clock."""
        clock = WatchedClock(self.zone, self.first - timedelta(days=4), DAYS + 8)
        low, high = self.bounds or (-4000, 4000)
        earliest: dict[datetime, tuple[datetime, date, int]] = {}
        for days in range(-4, DAYS + 4):
            owner = self.first + timedelta(days=days)
            if not low <= days <= high or owner.weekday() not in self.weekdays:
                continue
            for minute in self.on_owner_day():
                due = clock.first_shows(owner, minute)
                if due is not None and self.start <= due < self.end:
                    shown = datetime.combine(owner, time.min) + minute * MINUTE
                    earliest[due] = min(earliest.get(due, (shown, owner, minute)), (shown, owner, minute))
        return [(due, owner, minute) for due, (_, owner, minute) in sorted(earliest.items())]


def counted_up(minute: int, stop: int, step: timedelta) -> list[int]:
    """From one time of day to the next time the clock shows another; nothing when they are equal, but 00:00-24:00."""
    if minute % 1440 == stop % 1440 and (minute, stop) != (0, 1440):
        return []
    counted = []
    while stop < minute:
        stop += 1440
    while stop > minute + 1440:
        stop -= 1440
    while minute <= stop:
        counted.append(minute)
        minute += round(step.total_seconds() / 60)
    return counted


@st.composite
def days(draw: st.DrawFn, zone: str) -> date:
    """Any day, or one whose interval is likely to hold a change of the zone's clock."""
    changes = days_of_change(zone)
    near_a_change = draw(st.booleans())
    if changes and near_a_change:
        return draw(st.sampled_from(changes)) + timedelta(days=draw(st.integers(0, 4)))
    return draw(st.dates(date(1975, 1, 1), date(2045, 1, 1)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(ZONES))
    bounds = st.one_of(st.none(), st.tuples(st.integers(-3, DAYS), st.integers(-3, DAYS)))
    return Case(zone, draw(days(zone)), draw(rules), draw(weekdays), draw(times), draw(times), draw(bounds))


def named(occurrences: Iterator[Occurrence]) -> list[tuple[datetime, date, int]]:
    return [(one.due, one.slot.owner_day, one.slot.minute) for one in occurrences]


def walked(slots: Timetable, start: datetime, end: datetime) -> Iterator[Occurrence]:
    found = slots.after(start - datetime.resolution)
    while found is not None and found.due < end:
        yield found
        found = slots.after(found.due)


@examples(0.75)
@given(cases())
def test_forward_equals_a_brute_force_walk_of_the_clock(case: Case) -> None:
    expected = case.watched()
    slots = case.timetable()
    assert named(slots.between(case.start, case.end)) == expected
    assert named(walked(slots, case.start, case.end)) == expected


@examples(0.5)
@given(cases(), st.lists(st.integers(0, DAYS * 86_400 * 1_000_000), max_size=5))
def test_a_split_interval_equals_the_whole(case: Case, cuts: list[int]) -> None:
    slots = case.timetable()
    edges = sorted([case.start, case.end, *(case.start + timedelta(microseconds=cut) for cut in cuts)])
    parts = [one for start, end in pairwise(edges) for one in slots.between(start, end)]
    assert parts == list(slots.between(case.start, case.end))


@examples(0.5)
@given(cases())
def test_occurrences_are_sorted_unique_and_those_of_their_owner_days(case: Case) -> None:
    slots = case.timetable()
    found = list(slots.between(case.start, case.end))
    assert all(one.due < other.due for one, other in pairwise(found))
    assert len({one.slot for one in found}) == len(found)
    for one in found:
        assert one in slots.due_on(one.slot.owner_day)
        assert one.due == instant_of(case.zone, one.slot.owner_day, one.slot.minute)


@examples(0.3)
@given(st.data())
def test_every_minute_of_every_zone_is_where_the_watched_clock_shows_it(data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from(ZONES))
    first = data.draw(days(zone))
    clock = WatchedClock(zone, first - timedelta(days=2), DAYS + 4)
    minutes = data.draw(st.integers(1, 13))
    for owner in (first + timedelta(days=index) for index in range(DAYS)):
        for minute in range(-1440, 2880, 7 * minutes):
            assert instant_of(zone, owner, minute) == clock.first_shows(owner, minute), (zone, owner, minute)

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from config.routine import NudgeRoutine
from scheduler.planning.plan import plan
from scheduler.planning.slot import Decided, Silence, Verdict
from tests.standins.routines import nudge, routine, utc

MONDAY = utc("2026-06-01 00:00")
WEEK = timedelta(days=7)


def kept(decided: Iterable[Decided]) -> list[datetime]:
    """On the wall clock of a summer in London."""
    return [one.occurrence.due + timedelta(hours=1) for one in decided if one.verdict is Verdict.SEND]


def week(asked: NudgeRoutine, weeks: int = 1) -> list[Decided]:
    return plan(routine(asked), MONDAY, MONDAY + weeks * WEEK)


@pytest.mark.parametrize("every_nth", [2, 3, 4, 7])
def test_exactly_every_nth_of_the_slots_is_kept(every_nth: int) -> None:
    decided = week(nudge("every 3 h from 09:00 to 18:00 on mon, wed-fri", every_nth=every_nth), weeks=7)
    sent = [index for index, one in enumerate(decided) if one.verdict is Verdict.SEND]
    assert sent == list(range(sent[0], len(decided), every_nth))


def test_the_others_say_that_less_was_asked_for() -> None:
    reasons = {one.reason for one in week(nudge("at 09:00", every_nth=2)) if one.verdict is Verdict.SUPPRESSED}
    assert reasons == {Silence.ASKED_LESS}


def test_of_four_a_day_the_same_two_remain_each_day() -> None:
    times = {f"{due:%H:%M}" for due in kept(week(nudge("every 3 h from 09:00 to 18:00", every_nth=2)))}
    assert times == {"09:00", "15:00"}


def test_once_a_day_becomes_every_other_day() -> None:
    days = [due.day for due in kept(week(nudge("at 09:00", every_nth=2), weeks=2))]
    assert days in ([1, 3, 5, 7, 9, 11, 13], [2, 4, 6, 8, 10, 12, 14])


def test_once_a_week_becomes_every_other_week() -> None:
    assert len(kept(week(nudge("at 09:00 on tue", every_nth=2), weeks=8))) == 4


def test_what_remains_of_every_fourth_remains_of_every_second() -> None:
    asked = "every 2 h from 09:30 to 15:30 on weekdays"
    fourth = kept(week(nudge(asked, every_nth=4), weeks=4))
    assert set(fourth) < set(kept(week(nudge(asked, every_nth=2), weeks=4)))


def test_which_ones_remain_does_not_hang_on_the_first_day() -> None:
    later = nudge("at 09:00", every_nth=2, starts=(MONDAY + timedelta(days=3)).date())
    assert set(kept(week(later, weeks=3))) < set(kept(week(nudge("at 09:00", every_nth=2), weeks=3)))


def test_the_daily_limit_counts_only_what_remains() -> None:
    water = nudge("every 1 h from 09:00 to 18:00", "hydration", every_nth=2)
    person = routine(water, daily_limit=5)
    assert all(one.reason is not Silence.DAILY_LIMIT for one in plan(person, MONDAY, MONDAY + WEEK))

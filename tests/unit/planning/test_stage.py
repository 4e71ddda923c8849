from datetime import date, timedelta

from config.schedule import EVERY_DAY, Weeks
from scheduler.planning.stage import owner_days, stage_days, weekdays_within
from tests.standins.routines import day, nudge, routine

DUE = day("2027-03-14")


def test_weeks_are_counted_so_that_the_due_date_is_forty_weeks() -> None:
    assert stage_days(DUE, Weeks(40, 40)) == (DUE, DUE + timedelta(days=6))
    assert stage_days(DUE, Weeks(14, 40)) == (day("2026-09-13"), day("2027-03-20"))


def test_nudges_end_two_weeks_after_the_due_date_at_the_latest() -> None:
    assert stage_days(DUE, Weeks(1))[1] == day("2027-03-28")
    assert stage_days(DUE, Weeks(1, 50))[1] == day("2027-03-28")


def test_without_a_due_date_nudges_simply_run() -> None:
    assert stage_days(None, Weeks(14, 40)) == (date.min, date.max)


def test_weeks_after_the_end_leave_no_day() -> None:
    first, last = stage_days(DUE, Weeks(45))
    assert first > last


def test_own_dates_narrow_the_stage_and_never_widen_it() -> None:
    asked = nudge(weeks=Weeks(14), starts=day("2026-01-01"), ends=day("2026-12-31"))
    assert owner_days(routine(asked, due_date=DUE), asked) == (day("2026-09-13"), day("2026-12-31"))


def test_a_few_days_hold_only_their_own_weekdays() -> None:
    assert weekdays_within(day("2026-06-06"), day("2026-06-08")) == {5, 6, 0}
    assert weekdays_within(day("2026-06-06"), day("2026-06-12")) == EVERY_DAY
    assert weekdays_within(day("2026-06-08"), day("2026-06-06")) == frozenset()

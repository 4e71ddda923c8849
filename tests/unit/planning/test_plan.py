from scheduler.planning.plan import plan
from scheduler.planning.slot import Silence, Verdict
from tests.standins.routines import day, nudge, quiet, routine, utc

START, END = utc("2026-06-01 00:00"), utc("2026-06-02 00:00")


def rows(*args: object, **changes: object) -> list[tuple[str, str, str | None]]:
    found = plan(routine(*args, **changes), START, END)  # type: ignore[arg-type]  # nudges, passed on as they come
    return [(one.occurrence.nudge, one.occurrence.slot.local, one.reason and one.reason.value) for one in found]


def test_a_plan_is_in_order_of_time_then_priority() -> None:
    first, second = nudge("at 09:00", "legs_up", priority=4), nudge("at 09:00 and 08:00", "potassium", priority=3)
    assert rows(first, second) == [
        ("potassium", "08:00", None),
        ("potassium", "09:00", None),
        ("legs_up", "09:00", None),
    ]


def test_what_is_sent_on_time_says_so() -> None:
    decided = plan(routine(nudge("at 09:00")), START, END)
    assert [(one.verdict, one.reason) for one in decided] == [(Verdict.SEND, None)]


def test_quiet_hours_suppress() -> None:
    water = nudge("every 6 h from 00:00 to 18:00", "hydration")
    assert rows(water) == [
        ("hydration", "06:00", Silence.QUIET_HOURS.value),
        ("hydration", "12:00", None),
        ("hydration", "18:00", None),
        # 00:00 of 2 June in London is still 1 June in UTC.
        ("hydration", "00:00", Silence.QUIET_HOURS.value),
    ]


def test_a_pause_comes_before_quiet_hours_and_those_before_the_limit() -> None:
    water = nudge("every 1 h from 09:00 to 12:00", "hydration")
    found = rows(water, daily_limit=1, quiet_hours=(quiet("09:00-10:30"),), paused_until=utc("2026-06-01 08:00:01"))
    assert found == [
        ("hydration", "09:00", Silence.PAUSED.value),
        ("hydration", "10:00", Silence.QUIET_HOURS.value),
        ("hydration", "11:00", None),
        ("hydration", "12:00", Silence.DAILY_LIMIT.value),
    ]


def test_a_pause_ends_at_its_own_instant() -> None:
    assert rows(nudge("at 09:00"), paused_until=utc("2026-06-01 08:00")) == [("potassium", "09:00", None)]


def test_occurrences_outside_the_dates_do_not_exist() -> None:
    assert rows(nudge("at 09:00", ends=day("2026-05-31"))) == []


def test_a_past_interval_is_planned_as_well() -> None:
    found = plan(routine(nudge("at 09:00")), utc("1999-01-01 00:00"), utc("1999-01-03 00:00"))
    assert [one.occurrence.due for one in found] == [utc("1999-01-01 09:00"), utc("1999-01-02 09:00")]

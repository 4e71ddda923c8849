import pytest

from scheduler.planning.slot import Silence, Slot, Verdict
from tests.standins.routines import day


@pytest.mark.parametrize(
    ("minute", "local"),
    [(0, "00:00"), (1, "00:01"), (1320, "22:00"), (1470, "24:30"), (-1, "-00:01"), (-15, "-00:15"), (-75, "-01:15")],
)
def test_a_slot_is_named_by_its_owner_day_and_the_minutes_from_that_days_midnight(minute: int, local: str) -> None:
    slot = Slot(day("2026-11-23"), minute)
    assert (slot.local, str(slot)) == (local, f"2026-11-23/{local}")


def test_slots_are_in_order_of_their_owner_day_and_then_of_their_minute() -> None:
    monday, tuesday = day("2026-11-23"), day("2026-11-24")
    assert sorted([Slot(tuesday, -5), Slot(monday, 1470), Slot(monday, 60)]) == [
        Slot(monday, 60),
        Slot(monday, 1470),
        Slot(tuesday, -5),
    ]


def test_verdicts_and_reasons_are_recorded_in_these_words() -> None:
    assert [str(verdict) for verdict in Verdict] == ["send", "suppressed", "missed"]
    assert [str(reason) for reason in Silence] == [
        "opted out",
        "ended by the person",
        "no consent yet",
        "paused",
        "less often, as asked",
        "stopped by the person",
        "quiet hours",
        "daily limit",
        "a later one was due",
        "too late",
    ]

from datetime import UTC, date, datetime

from scheduler.delivery.cause import dead_letter_cause, send_cause, slot_cause, welcome_cause
from scheduler.planning.slot import Slot


def test_a_slots_cause_names_person_nudge_owner_day_and_local_time() -> None:
    assert slot_cause("me", "hydration", Slot(date(2026, 11, 23), 540)) == "slot:me/hydration/2026-11-23/09:00"


def test_half_past_midnight_of_the_owner_day_and_of_the_next_have_different_causes() -> None:
    first = slot_cause("me", "hydration", Slot(date(2026, 11, 23), 30))
    second = slot_cause("me", "hydration", Slot(date(2026, 11, 23), 1470))
    assert (first, second) == ("slot:me/hydration/2026-11-23/00:30", "slot:me/hydration/2026-11-23/24:30")


def test_an_offset_before_an_early_wake_has_a_negative_local_time() -> None:
    assert Slot(date(2026, 11, 23), -15).local == "-00:15"


def test_the_other_causes_name_what_makes_them_happen_once() -> None:
    assert (welcome_cause("me"), send_cause("42")) == ("welcome:me", "send:42")
    given_up = dead_letter_cause("me", "hydration", datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert given_up == "dead:me/hydration/2026-11-23T09:00:00+00:00"

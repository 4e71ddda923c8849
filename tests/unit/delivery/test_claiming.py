from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from config.person import ChannelName, Consent, NudgePreference, Preferences
from config.phrase import parse_schedule
from config.routine import NudgeDefault
from config.schedule import Weeks
from scheduler.delivery.claiming import Claiming
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import DueNudge, NudgeDecision, Standing
from scheduler.delivery.routines import Routines

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
DEFAULTS = {"hydration": NudgeDefault(parse_schedule("every 1 h from 08:00 to 20:00"), 7, Weeks(14))}


def due(
    *,
    person: str = "me",
    decided_at: datetime = NINE - timedelta(minutes=30),
    standing: Standing | None = None,
    counted: dict[date, int] | None = None,
    nudge: str = "hydration",
    **preferences: Any,
) -> DueNudge:
    asked = Preferences(
        "Europe/London", channels=(ChannelName.SMS,), nudges=(NudgePreference("hydration"),), daily_limit=20
    )
    return DueNudge(
        person=person,
        nudge=nudge,
        decided_at=decided_at,
        sent_count=3,
        preferences=replace(asked, **preferences),
        standing=standing or Standing(),
        counted=counted or {},
    )


def claim(*nudges: DueNudge, now: datetime = NINE) -> list[NudgeDecision]:
    errors: list[tuple[str, str, Exception]] = []
    decisions = Claiming(Routines(DEFAULTS), now, lambda *error: errors.append(error))(nudges)
    assert not errors
    return decisions


def test_a_due_slot_becomes_a_pending_delivery_that_knows_its_life() -> None:
    (decision,) = claim(due())
    (delivery,) = decision.deliveries
    assert delivery.cause == "slot:me/hydration/2026-11-23/09:00"
    assert (delivery.state, delivery.due_at, delivery.expires_at) == (
        State.PENDING,
        NINE,
        NINE + timedelta(minutes=30),
    )
    assert (delivery.channels, delivery.owner_day, delivery.variant) == ((ChannelName.SMS,), DAY, 3)
    assert (decision.next_due_at, decision.sent_count) == (NINE + timedelta(hours=1), 4)


def test_after_a_sleep_only_the_latest_living_slot_is_sent_and_the_others_are_recorded() -> None:
    (decision,) = claim(due(decided_at=NINE), now=NINE + timedelta(hours=4, minutes=10))
    assert [each.state for each in decision.deliveries] == [State.MISSED] * 3 + [State.PENDING]
    assert {each.reason for each in decision.deliveries[:3]} == {"too late"}
    assert decision.sent_count == 4


def test_someone_who_opted_out_gets_nothing_and_the_reason_is_recorded() -> None:
    (decision,) = claim(due(standing=Standing(opted_out=True)))
    assert [(each.state, each.reason) for each in decision.deliveries] == [(State.SUPPRESSED, "opted out")]
    assert decision.sent_count == 3


def test_nobody_is_sent_anything_before_they_consented() -> None:
    (decision,) = claim(due(consent=Consent.ASKED))
    assert [each.reason for each in decision.deliveries] == ["no consent yet"]


def test_a_pause_in_the_database_beats_the_file() -> None:
    (decision,) = claim(due(standing=Standing(paused_until=NINE + timedelta(days=1))))
    assert [each.reason for each in decision.deliveries] == ["paused"]


def test_of_two_pauses_the_longer_one_holds() -> None:
    standing = Standing(paused_until=NINE - timedelta(days=1))
    (decision,) = claim(due(standing=standing, paused_until=NINE + timedelta(days=1)))
    assert [each.reason for each in decision.deliveries] == ["paused"]


def test_the_rows_of_the_day_count_against_the_limit_whatever_was_planned() -> None:
    (decision,) = claim(due(counted={DAY: 20}))
    assert [(each.state, each.reason) for each in decision.deliveries] == [(State.SUPPRESSED, "daily limit")]


def test_deliveries_of_the_same_claim_count_against_the_limit_too() -> None:
    first, second = claim(due(counted={DAY: 19}), due(counted={DAY: 19}))
    assert first.deliveries[0].state is State.PENDING
    assert second.deliveries[0].reason == "daily limit"


def test_each_delivery_of_a_claim_takes_one_place_and_what_was_missed_takes_none() -> None:
    states = [each.deliveries[0].state for each in claim(*[due(counted={DAY: 18})] * 3)]
    assert states == [State.PENDING, State.PENDING, State.SUPPRESSED]
    (decision,) = claim(due(decided_at=NINE, counted={DAY: 19}), now=NINE + timedelta(hours=4, minutes=10))
    assert [each.state for each in decision.deliveries] == [State.MISSED] * 3 + [State.PENDING]


def test_a_day_without_rows_has_as_many_places_as_the_limit_says() -> None:
    once = due(nudges=(NudgePreference("hydration", schedule=parse_schedule("at 09:00")),), daily_limit=1)
    assert [each.deliveries[0].state for each in claim(once, once)] == [State.PENDING, State.SUPPRESSED]


def test_another_persons_deliveries_do_not_count() -> None:
    first, second = claim(due(counted={DAY: 19}), due(person="you", counted={DAY: 19}))
    assert [first.deliveries[0].state, second.deliveries[0].state] == [State.PENDING, State.PENDING]


def test_a_nudge_that_was_switched_off_is_not_due_again() -> None:
    (decision,) = claim(due(nudge="potassium"))
    assert (decision.deliveries, decision.next_due_at) == ((), None)


def test_one_unreadable_person_fails_closed_and_does_not_stop_the_others() -> None:
    errors: list[tuple[str, str, Exception]] = []
    claiming = Claiming(Routines(DEFAULTS), NINE, lambda *error: errors.append(error))
    broken, whole = claiming([due(person="broken", timezone="Mars/Base"), due(person="whole")])
    assert (broken.deliveries, broken.decided_at, broken.next_due_at) == (
        (),
        NINE - timedelta(minutes=30),
        NINE + timedelta(seconds=30),
    )
    assert whole.deliveries[0].state is State.PENDING
    assert [(person, nudge) for person, nudge, _ in errors] == [("broken", "hydration")]


def test_a_nudge_that_cannot_be_planned_is_retried_five_times_at_growing_pauses_and_then_rests() -> None:
    broken, now, pauses = due(timezone="Mars/Base"), NINE, []
    while True:
        (decision,) = Claiming(Routines(DEFAULTS), now, lambda *_: None)([broken])
        if decision.next_due_at is None:
            break
        assert not decision.deliveries
        pauses.append((decision.next_due_at - now).total_seconds())
        broken, now = replace(broken, failures=decision.failures), decision.next_due_at
    assert pauses == [30, 60, 120, 240, 480]
    (letter,) = decision.deliveries
    assert (letter.state, letter.kind, letter.due_at, letter.owner_day) == (State.FAILED, "hydration", now, None)
    assert letter.reason == (
        "gave up after 6 tries: it could not be planned (ZoneInfoNotFoundError); "
        "it rests until the person's entry in the configuration changes"
    )
    assert (decision.decided_at, decision.sent_count, decision.failures) == (broken.decided_at, 3, 6)


def test_a_nudge_that_could_be_planned_after_all_has_no_failures_behind_it() -> None:
    (decision,) = claim(replace(due(), failures=4))
    assert decision.deliveries[0].state is State.PENDING
    assert decision.failures == 0


def test_a_person_whose_row_cannot_be_read_gets_nothing_and_stops_nobody_else() -> None:
    errors: list[Exception] = []
    claiming = Claiming(Routines(DEFAULTS), NINE, lambda *told: errors.append(told[2]))
    fault = ValueError("not a document")
    unreadable, whole = claiming([replace(due(), fault=fault), due(person="whole")])
    assert (unreadable.deliveries, unreadable.failures) == ((), 1)
    assert whole.deliveries
    assert errors == [fault]

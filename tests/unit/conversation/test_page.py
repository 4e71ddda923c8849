"""What somebody sets on their own page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from config.changes import reconciled, with_changes
from config.person import NudgePreference, Person
from config.phrase import parse_schedule
from scheduler.conversation.page import Wanted, wish
from scheduler.delivery.correspondence import Approach, Reaction, Way
from tests.standins.talk import NOON, Talk, person

DAY = timedelta(days=1)


def save(talk: Talk, **wanted: Any) -> Reaction:
    """Save the page with what it showed, but for these."""
    shown: dict[str, Any] = {
        "preferences": talk.preferences,
        "stopped": talk.changes.stopped,
        "paused_until": talk.standing.paused_until,
    }
    approach = Approach("page:1", Way.PAGE, talk.now, person=talk.person.id)
    return talk.hear(wish(Wanted(**(shown | wanted)), approach))


def switched(talk: Talk, **on: bool) -> tuple[NudgePreference, ...]:
    return tuple(replace(each, on=on.get(each.nudge, each.on)) for each in talk.preferences.nudges)


def paused(talk: Talk) -> datetime | None:
    return talk.standing.paused_until


def stopped(talk: Talk) -> bool:
    return talk.standing.opted_out


def lines(talk: Talk) -> list[str]:
    return [each.what for each in talk.consents]


def test_saving_what_is_shown_changes_nothing() -> None:
    talk = Talk()
    for text in ("STOP WATER", "LESS FRUIT", "ESPAÑOL", "PAUSE"):
        talk.say(text)
    reaction = save(talk)
    assert reaction == Reaction("wish")


def test_a_schedule_a_language_and_quiet_hours_are_kept_as_wishes() -> None:
    talk = Talk()
    nudges = (replace(talk.preferences.nudges[0], schedule=parse_schedule("at 10:00")), *talk.preferences.nudges[1:])
    save(talk, preferences=replace(talk.preferences, nudges=nudges, language="es", quiet_hours=()))
    assert sorted(talk.changes.wishes) == ["language", "nudges.hydration", "quiet_hours"]
    schedules = {each.nudge: each.schedule for each in talk.preferences.nudges}
    assert (talk.preferences.language, schedules["hydration"]) == ("es", parse_schedule("at 10:00"))
    assert lines(talk) == []


def test_a_nudge_that_is_switched_off_is_stopped_and_no_edit_of_the_file_brings_it_back() -> None:
    talk = Talk()
    save(talk, preferences=replace(talk.preferences, nudges=switched(talk, hydration=False)))
    assert talk.changes.stopped == {"hydration"}
    assert talk.changes.wishes == {}
    edited = person(nudges=(NudgePreference("hydration", schedule=parse_schedule("at 08:00")),)).preferences
    assert [each.on for each in with_changes(edited, reconciled(edited, talk.changes)).nudges] == [False]
    assert lines(talk) == ["stopped hydration"]


def test_a_nudge_that_is_switched_on_again_comes_back_as_it_was() -> None:
    talk = Talk()
    talk.say("LESS")
    talk.say("STOP WATER")
    save(talk, preferences=replace(talk.preferences, nudges=switched(talk, hydration=True)), stopped=frozenset())
    assert talk.changes.stopped == frozenset()
    assert {each.nudge: each.every_nth for each in talk.preferences.nudges}["hydration"] == 2
    assert lines(talk) == ["stopped hydration", "came back hydration"]


def test_a_nudge_the_file_does_not_give_can_be_wished_for_and_given_back() -> None:
    talk = Talk()
    wished = NudgePreference("magnesium")
    save(talk, preferences=replace(talk.preferences, nudges=(*talk.preferences.nudges, wished)))
    assert wished in talk.preferences.nudges
    save(talk, preferences=replace(talk.preferences, nudges=switched(talk, magnesium=False)))
    assert not any(each.on for each in talk.preferences.nudges if each.nudge == "magnesium")


def test_a_nudge_the_file_switched_off_stays_off_without_a_word() -> None:
    off = (NudgePreference("hydration", on=False), NudgePreference("potassium"))
    talk = Talk(person(nudges=off))
    assert save(talk) == Reaction("wish")


def test_a_stop_of_a_kind_the_file_does_not_give_is_kept_as_it_is() -> None:
    talk = Talk(person(nudges=(NudgePreference("hydration", on=False), NudgePreference("potassium"))))
    talk.say("STOP WATER")
    assert save(talk) == Reaction("wish")


def test_a_pause_and_its_end_are_set() -> None:
    talk = Talk()
    save(talk, paused_until=NOON + DAY)
    assert paused(talk) == NOON + DAY
    save(talk, paused_until=None)
    assert paused(talk) is None
    assert lines(talk) == ["paused", "resumed"]


def test_a_pause_until_a_time_that_is_over_is_none() -> None:
    talk = Talk()
    assert save(talk, paused_until=NOON - DAY) == Reaction("wish")


def test_stopping_everything_and_coming_back_count_when_they_change_something() -> None:
    talk = Talk()
    save(talk, opted_out=True)
    assert stopped(talk)
    save(talk, opted_out=True)
    save(talk, opted_out=False)
    assert not stopped(talk)
    assert lines(talk) == ["stopped", "came back"]


def test_after_a_loss_the_page_only_stops() -> None:
    talk = Talk()
    talk.say("LOSS")
    before = talk.changes
    assert save(talk, paused_until=NOON + DAY) == Reaction("wish")
    save(talk, preferences=replace(talk.preferences, language="es"), paused_until=NOON + DAY, opted_out=True)
    assert (talk.changes, talk.standing.paused_until, talk.standing.opted_out) == (before, None, True)
    save(talk, opted_out=False)
    assert talk.standing.opted_out


def test_the_page_of_nobody_does_nothing() -> None:
    talk = Talk()
    assert isinstance(talk.person, Person)
    approach = Approach("page:1", Way.PAGE, NOON)
    assert wish(Wanted(talk.preferences, opted_out=True), approach)(None) == Reaction("wish")

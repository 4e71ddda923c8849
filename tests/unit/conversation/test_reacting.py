"""Each word and each link does something, and a link what its word does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.person import Consent
from scheduler.conversation.links import Action, ActionName
from scheduler.conversation.reacting import WORDS, following
from scheduler.conversation.word import Word
from scheduler.delivery.correspondence import Way
from tests.standins.talk import NOON, Talk, person

DAY = timedelta(days=1)
UNASKED = person(consent=Consent.ASKED)


def test_every_word_does_something() -> None:
    assert set(WORDS) == set(Word)


class TestLinks:
    @pytest.mark.parametrize("name", ActionName)
    def test_a_link_is_not_answered_by_a_message(self, name: ActionName) -> None:
        talk = Talk()
        talk.click(name)
        assert talk.kinds() == (["hydration"] if name is ActionName.SNOOZE else [])

    def test_a_link_does_what_its_word_does(self) -> None:
        talk = Talk()
        for name in (ActionName.DONE, ActionName.LESS, ActionName.PAUSE, ActionName.STOP_ONE, ActionName.STOP_ALL):
            talk.click(name, "potassium")
        assert [each.nudge for each in talk.diary] == ["potassium"]
        assert {each.nudge for each in talk.preferences.nudges if each.every_nth == 2} == {"potassium"}
        assert talk.standing.paused_until == NOON + 3 * DAY
        assert talk.changes.stopped == {"potassium"}
        assert talk.standing.opted_out
        assert {each.way for each in talk.consents} == {"link"}

    def test_agreeing_by_a_link_agrees_and_welcomes(self) -> None:
        talk = Talk(UNASKED)
        talk.click(ActionName.AGREE, "")
        assert (talk.preferences.consent, talk.kinds()) == (Consent.GIVEN, ["welcome"])

    def test_an_old_link_to_agree_brings_nobody_back(self) -> None:
        talk = Talk()
        talk.say("STOP")
        talk.click(ActionName.AGREE, "")
        assert talk.standing.opted_out

    def test_a_link_that_does_not_tell_its_kind_stops_everything(self) -> None:
        talk = Talk()
        talk.click(ActionName.STOP_ONE, "welcome")
        assert talk.standing.opted_out

    def test_what_counts_once_has_one_approach_and_what_must_hold_has_one_each_time(self) -> None:
        once = set()
        for name in ActionName:
            action = Action("handle", 1, name)
            if following(action, "me", NOON).id == following(action, "me", NOON + DAY).id:
                once.add(name)
        assert set(ActionName) - once == {ActionName.PAUSE, ActionName.STOP_ONE, ActionName.STOP_ALL}
        approach = following(Action("handle", 1, ActionName.DONE), "me", NOON)
        assert (approach.id, approach.person, approach.delivery, approach.way) == ("link:1:done", "me", 1, Way.LINK)

"""Who was asked whether they agree, and what they answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.person import ChannelName, Consent
from scheduler.conversation.house import House
from tests.standins.talk import NOON, Talk, person

DAY = timedelta(days=1)
OWN = House(handles_stop_words=False)
UNASKED = person(consent=Consent.ASKED)


class TestConsent:
    def test_yes_agrees_and_is_welcomed_once(self) -> None:
        talk = Talk(UNASKED)
        assert talk.say("Sí").opted_out is None
        assert talk.preferences.consent is Consent.GIVEN
        assert [(each.kind, each.cause, each.channels) for each in talk.answers] == [
            ("welcome", "welcome:me", (ChannelName.SMS,))
        ]
        assert (talk.answers[0].asked, talk.answers[0].expires_at) == (True, NOON + DAY)
        assert [each.what for each in talk.consents] == ["agreed"]

    def test_no_is_a_stop(self) -> None:
        talk = Talk(UNASKED)
        talk.say("No thanks")
        assert (talk.standing.opted_out, talk.kinds()) == (True, ["stopped"])
        assert [each.what for each in talk.consents] == ["declined"]

    def test_after_a_no_nobody_is_asked_again(self) -> None:
        talk = Talk(UNASKED)
        talk.say("NO")
        talk.say("hello")
        assert talk.kinds() == ["stopped"]

    def test_before_a_yes_thanks_are_not_answered_either(self) -> None:
        talk = Talk(UNASKED)
        talk.say("thanks")
        assert talk.answers == []

    def test_yes_after_a_no_is_a_yes(self) -> None:
        talk = Talk(UNASKED)
        talk.say("NO")
        talk.say("YES")
        assert not talk.standing.opted_out
        assert talk.preferences.consent is Consent.GIVEN

    def test_yes_after_a_no_to_a_toll_free_number_waits_for_start(self) -> None:
        talk = Talk(UNASKED, House(toll_free=True))
        for text in ("NO", "YES", "START.", "YES"):
            talk.say(text)
        assert talk.preferences.consent is Consent.GIVEN
        assert talk.kinds() == ["stopped", "consent", "welcome"]

    @pytest.mark.parametrize(
        "text", ["DONE", "CRAMP", "PAUSE", "START", "who is this", "MORE", "FORGET IT", "STOP WATER"]
    )
    def test_before_a_yes_anything_else_is_asked_again_once_a_day(self, text: str) -> None:
        talk = Talk(UNASKED, OWN)
        talk.say(text)
        talk.say(text)
        assert talk.kinds() == ["consent"]
        assert (talk.diary, talk.changes.agreed, talk.standing.paused_until) == ([], False, None)
        talk.wait(hours=24)
        talk.say(text)
        assert talk.kinds() == ["consent", "consent"]

    def test_before_a_yes_stop_help_a_language_and_an_end_are_heard(self) -> None:
        talk = Talk(UNASKED, OWN)
        for text in ("ESPAÑOL", "HELP", "thanks", "BORN", "LOSS"):
            talk.say(text)
        assert talk.kinds() == ["language", "consent", "born", "loss"]
        assert talk.preferences.language == "es"

    def test_after_a_birth_nobody_is_asked_again(self) -> None:
        talk = Talk(UNASKED, OWN)
        for text in ("BORN", "START", "YES", "hello"):
            talk.say(text)
        assert talk.kinds() == ["born"]

    def test_yes_and_no_to_no_question_are_unclear(self) -> None:
        for text in ("YES", "NO"):
            talk = Talk(house=OWN)
            talk.say(text)
            assert (talk.kinds(), talk.consents) == (["unclear"], [])

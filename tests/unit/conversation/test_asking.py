"""Words that ask for something, and words that nobody understands."""

from __future__ import annotations

from datetime import timedelta

from scheduler.conversation.house import House
from scheduler.conversation.scene import MOST_ANSWERS
from tests.standins.talk import Talk

MINUTE = timedelta(minutes=1)
OWN = House(handles_stop_words=False)


class TestAsking:
    def test_help_is_answered_unless_the_provider_does(self) -> None:
        talk = Talk()
        talk.say("HELP")
        assert talk.kinds() == []
        talk.say("AYUDA")
        assert talk.kinds() == ["help"]

    def test_a_language_holds_from_its_answer_on(self) -> None:
        talk = Talk()
        talk.say("ESPAÑOL")
        assert (talk.preferences.language, talk.kinds()) == ("es", ["language"])
        talk.say("ENGLISH")
        assert talk.changes.wishes == {}

    def test_a_language_without_texts_is_unclear(self) -> None:
        talk = Talk(house=House(languages=("en",)))
        talk.say("ESPAÑOL")
        assert (talk.preferences.language, talk.kinds()) == ("en", ["unclear"])

    def test_what_is_unclear_gets_a_short_help_once_a_day(self) -> None:
        talk = Talk()
        for _ in range(3):
            talk.say("banana")
        assert talk.kinds() == ["unclear"]
        talk.wait(days=1)
        talk.say("banana")
        assert talk.kinds() == ["unclear", "unclear"]

    def test_thanks_are_not_answered(self) -> None:
        talk = Talk()
        talk.say("thank you")
        assert talk.answers == []

    def test_a_machine_that_talks_to_us_is_not_answered_for_ever(self) -> None:
        talk = Talk(house=OWN)
        for _ in range(MOST_ANSWERS + 5):
            talk.say("HELP")
        assert talk.kinds() == ["help"] * MOST_ANSWERS
        talk.say("CRAMP")
        talk.say("STOP")
        assert talk.kinds()[MOST_ANSWERS:] == ["relief", "stopped"]
        talk.wait(hours=1)
        talk.say("HELP")
        assert talk.kinds()[-1] == "help_stopped"

    def test_an_answer_soon_is_no_answer(self) -> None:
        talk = Talk()
        talk.say("AYUDA")
        assert talk.answers[0].expires_at - talk.answers[0].due_at == 30 * MINUTE

"""STOP and what brings back, and the words that end everything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.conversation.house import House
from scheduler.conversation.leaving import restart
from scheduler.conversation.reacting import PROVIDERS_WORDS, hear
from scheduler.delivery.correspondence import Approach, Reaction, Way
from scheduler.delivery.standing import Ended
from tests.standins.talk import NOON, PHONE, Talk

OWN = House(handles_stop_words=False)


class TestStop:
    def test_stops_everything_at_once_and_says_so_once(self) -> None:
        talk = Talk(house=OWN)
        talk.say("STOP")
        assert talk.standing.opted_out
        talk.say("Stop!")
        assert talk.standing.opted_out
        assert talk.kinds() == ["stopped"]
        assert [each.what for each in talk.consents] == ["stopped"]

    @pytest.mark.parametrize("text", sorted(PROVIDERS_WORDS & {"STOP", "STOPALL", "END", "QUIT", "OPTOUT", "CANCEL"}))
    def test_what_the_provider_answers_we_do_not(self, text: str) -> None:
        talk = Talk()
        talk.say(f" {text.lower()} ")
        assert talk.standing.opted_out
        assert talk.kinds() == []

    @pytest.mark.parametrize("text", ["BASTA", "opt out", "STOP PLEASE", "Please stop", "STOP."])
    def test_what_the_provider_does_not_know_we_answer(self, text: str) -> None:
        talk = Talk()
        talk.say(text)
        assert talk.kinds() == ["stopped"]

    def test_by_the_provider_is_taken_over_without_a_word(self) -> None:
        talk = Talk(house=OWN)
        talk.say("STOP", Way.PROVIDER)
        assert (talk.standing.opted_out, talk.kinds()) == (True, [])
        talk.say("HELP", Way.PROVIDER)
        talk.say("START", Way.PROVIDER)
        assert (talk.standing.opted_out, talk.kinds()) == (False, [])
        assert [(each.what, each.way) for each in talk.consents] == [("stopped", "provider"), ("came back", "provider")]

    def test_of_a_stranger_counts_for_the_contact_and_nothing_else_does(self) -> None:
        approach = Approach("sms:SM1", Way.SMS, NOON, contact=PHONE)
        for text in ("STOP", "unsubscribe me"):
            assert hear(text, approach, OWN)(None).opted_out is True
        for text in ("START", "STOP WATER", "LOSS", "FORGET ME", "hello"):
            reaction = hear(text, approach, OWN)(None)
            assert reaction == type(reaction)(reaction.understood)

    def test_that_tells_of_a_loss_is_answered_as_a_loss(self) -> None:
        talk = Talk()
        talk.say("Stop. We lost our baby")
        assert (talk.standing.opted_out, talk.standing.ended, talk.kinds()) == (True, Ended.LOSS, ["loss"])
        assert [each.what for each in talk.consents] == ["stopped", "ended"]

    def test_after_a_loss_is_an_ordinary_stop(self) -> None:
        talk = Talk(house=OWN)
        talk.say("LOSS")
        talk.say("Stop, I lost the baby")
        assert talk.kinds() == ["loss", "help_ended"], "no word brings them back"
        assert [each.what for each in talk.consents] == ["ended", "stopped"]

    def test_of_one_kind_leaves_the_others(self) -> None:
        talk = Talk()
        talk.say("STOP WATER AND MAGNESIUM")
        assert talk.changes.stopped == {"hydration", "magnesium"}
        assert not talk.standing.opted_out
        assert [(each.kind, each.details.about) for each in talk.answers] == [
            ("stopped_one", "hydration"),
            ("stopped_one", "magnesium"),
        ]
        assert {each.cause for each in talk.answers} == {"reply:sms:SM1/hydration", "reply:sms:SM1/magnesium"}
        assert [each.what for each in talk.consents] == ["stopped hydration", "stopped magnesium"]


class TestComingBack:
    def test_start_brings_back_who_had_stopped_and_leaves_stopped_kinds_stopped(self) -> None:
        talk = Talk(house=OWN)
        talk.say("STOP WATER")
        talk.say("STOP")
        talk.say("UNSTOP")
        assert not talk.standing.opted_out
        assert talk.changes.stopped == {"hydration"}
        talk.say("START")
        assert talk.changes.stopped == frozenset()
        assert talk.kinds()[1:] == ["stopped", "back", "back"]
        assert [each.what for each in talk.consents][2:] == ["came back", "came back hydration"]
        assert talk.say("START").changes is None

    @pytest.mark.parametrize("word", ["START", "YES"])
    def test_what_was_said_before_a_stop_and_comes_after_it_brings_nobody_back(self, word: str) -> None:
        """A text whose callback was lost is fetched up to a quarter of an hour later."""
        talk = Talk(house=OWN)
        talk.say("STOP")
        talk.wait(minutes=-1)
        assert talk.say(word).opted_out is None
        assert (talk.standing.opted_out, talk.kinds()) == (True, ["stopped"])
        talk.wait(minutes=2)
        talk.say(word)
        assert not talk.standing.opted_out

    def test_start_ends_a_pause_too(self) -> None:
        talk = Talk(house=OWN)
        talk.say("PAUSE")
        talk.say("START")
        assert talk.standing.paused_until is None
        assert [each.what for each in talk.consents] == ["paused"]

    def test_start_of_one_kind_brings_back_what_the_file_gives(self) -> None:
        talk = Talk()
        talk.say("STOP WATER")
        talk.say("START WATER")
        assert talk.changes.stopped == frozenset()
        talk.say("START MAGNESIUM")
        assert talk.kinds() == ["stopped_one", "back_one", "unclear"]
        assert [each.what for each in talk.consents] == ["stopped hydration", "came back hydration"]
        assert talk.say("START WATER").changes is None

    def test_start_of_one_kind_is_no_return_from_a_stop(self) -> None:
        talk = Talk(house=OWN)
        talk.say("STOP")
        talk.say("START WATER")
        assert talk.standing.opted_out

    def test_what_was_made_rarer_and_stopped_comes_back_rarer(self) -> None:
        talk = Talk(house=OWN)
        talk.say("STOP WATER")
        talk.say("LESS FRUIT")
        talk.say("START WATER")
        assert {each.nudge: (each.on, each.every_nth) for each in talk.preferences.nudges} == {
            "hydration": (True, 1),
            "potassium": (True, 2),
            "bedtime_stretch": (True, 1),
        }

    def test_yes_takes_back_a_stop_but_not_on_a_toll_free_number(self) -> None:
        talk, toll_free = Talk(house=OWN), Talk(house=replace(OWN, toll_free=True))
        for each in (talk, toll_free):
            each.say("STOP")
            each.say("YES")
        assert (talk.standing.opted_out, talk.kinds()) == (False, ["stopped", "back"])
        assert [each.what for each in talk.consents] == ["stopped", "came back"]
        assert (toll_free.standing.opted_out, toll_free.kinds()) == (True, ["stopped"])

    @pytest.mark.parametrize(
        "text", ["RESUME", "MORE", "SEGUIR", "hello", "start my plan again", "CRAMP", "DONE", "NO"]
    )
    def test_nothing_else_brings_anybody_back(self, text: str) -> None:
        talk = Talk(house=OWN)
        talk.say("STOP")
        reaction = talk.say(text)
        assert reaction == type(reaction)(reaction.understood)

    def test_after_a_birth_start_takes_back_the_stop_and_not_the_end(self) -> None:
        talk = Talk(house=OWN)
        talk.say("BORN")
        talk.say("STOP")
        talk.say("START")
        assert (talk.standing.opted_out, talk.standing.ended) == (False, Ended.BORN)
        assert talk.kinds() == ["born", "stopped", "help_ended"]
        talk.say("START")
        assert talk.kinds() == ["born", "stopped", "help_ended"]


class TestEnds:
    def test_born_ends_the_nudges_with_one_line_and_cramps_still_get_relief(self) -> None:
        talk = Talk(house=OWN)
        for text in ("BORN", "NACIÓ", "DONE", "MORE", "RESUME", "SNOOZE", "hello", "CRAMP", "ESPAÑOL", "HELP"):
            talk.say(text)
        assert talk.standing.ended is Ended.BORN
        assert talk.kinds() == ["born", "relief", "language", "help_ended"]

    def test_a_loss_after_a_birth_is_heard(self) -> None:
        talk = Talk()
        talk.say("BORN")
        talk.say("LOSS")
        assert (talk.standing.ended, talk.kinds()) == (Ended.LOSS, ["born", "loss"])

    def test_after_a_loss_only_stop_help_and_forget_do_anything(self) -> None:
        talk = Talk(house=OWN)
        talk.say("CRAMP")
        talk.say("LOSS")
        before = len(talk.answers)
        for word in (
            "CRAMP",
            "DONE",
            "START",
            "YES",
            "NO",
            "BORN",
            "LOSS",
            "MORE",
            "SNOOZE",
            "STOP WATER",
            "hm",
            "INGLES",
        ):
            reaction = talk.say(word)
            assert reaction == type(reaction)(reaction.understood), word
        assert len(talk.answers) == before
        assert talk.diary == []
        for word in ("HELP", "FORGET", "STOP", "FORGET ME"):
            talk.say(word)
        assert talk.kinds()[before:] == ["help_ended", "forget_ask", "help_ended", "forgotten"]
        assert talk.standing.ended is Ended.LOSS

    def test_an_end_that_is_told_after_a_stop_is_kept_and_not_answered(self) -> None:
        talk = Talk()
        talk.say("STOP")
        talk.say("LOSS")
        talk.say("START")
        assert (talk.standing.opted_out, talk.standing.ended, talk.kinds()) == (True, Ended.LOSS, [])

    def test_forget_asks_and_forget_me_does_it(self) -> None:
        talk = Talk()
        talk.say("FORGET")
        assert (talk.kinds(), talk.forgotten) == (["forget_ask"], False)
        talk.say("FORGET ME")
        assert (talk.kinds(), talk.forgotten) == (["forget_ask", "forgotten"], True)
        assert [each.what for each in talk.consents] == ["forget"]
        assert talk.standing.opted_out

    def test_an_operator_restarts_explicitly_and_undoes_no_stop(self) -> None:
        talk = Talk(house=OWN)
        operator = Approach("operator:1", Way.OPERATOR, NOON, person="me")
        assert talk.hear(restart(operator)) == Reaction("restart")
        talk.say("LOSS")
        talk.say("STOP")
        assert talk.hear(restart(operator)).understood == "restart"
        assert (talk.standing.ended, talk.standing.opted_out) == (None, True)
        assert (talk.consents[-1].what, talk.consents[-1].way) == ("restarted", "operator")
        assert restart(operator)(None).restarted is False

"""What words do, one after another, as a person would send them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.person import ChannelName, Consent, NudgePreference
from messages.message import NO_DETAILS, Details
from scheduler.conversation.house import House
from scheduler.conversation.leaving import restart
from scheduler.conversation.links import Action, ActionName
from scheduler.conversation.noting import READING
from scheduler.conversation.page import Wanted, wish
from scheduler.conversation.reacting import PROVIDERS_WORDS, WORDS, following, hear
from scheduler.conversation.scene import MOST_ANSWERS
from scheduler.conversation.word import Word
from scheduler.delivery.correspondence import Approach, Reaction, Way
from scheduler.delivery.standing import Ended
from tests.standins.talk import LIFE, NOON, PHONE, Talk, nudge, person

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OWN = House(handles_stop_words=False)
UNASKED = person(consent=Consent.ASKED)


def test_every_word_does_something() -> None:
    assert set(WORDS) == set(Word)


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


class TestDiary:
    def test_done_counts_for_the_day_and_the_count_is_told_once(self) -> None:
        talk = Talk()
        talk.click(ActionName.DONE)
        talk.say("DONE")
        talk.say("HECHO")
        assert [(each.kind, each.details.count) for each in talk.answers] == [("done", 2)]
        assert [each.nudge for each in talk.diary] == ["hydration"] * 3
        talk.wait(hours=12, minutes=5)  # past midnight in London
        talk.say("Done")
        assert [each.details.count for each in talk.answers] == [2, 1]

    def test_the_day_is_the_persons_own(self) -> None:
        talk = Talk(person(timezone="Pacific/Auckland"))
        talk.wait(minutes=-70)  # 23:50 on the 23rd there
        talk.say("DONE")
        talk.wait(minutes=20)
        talk.say("DONE")
        assert [each.details.count for each in talk.answers] == [1, 1]

    def test_done_names_its_kind_or_takes_the_last_nudges(self) -> None:
        talk = Talk()
        talk.say("DONE stretch")
        talk.last = nudge(2, "welcome")
        talk.say("DONE")
        assert [each.nudge for each in talk.diary] == ["bedtime_stretch", None]

    def test_a_cramp_gets_relief_at_once_and_another_two_minutes_later_at_the_earliest(self) -> None:
        talk = Talk()
        talk.say("CRAMP")
        talk.wait(minutes=1, seconds=59)
        talk.say("CALAMBRE")
        assert talk.kinds() == ["relief"]
        talk.wait(seconds=1)
        talk.say("cramp")
        assert talk.kinds() == ["relief", "relief", "frequent_cramps"]
        assert len(talk.diary) == 3
        assert all(each.asked and each.channels == (ChannelName.SMS,) for each in talk.answers)

    def test_what_is_said_of_many_cramps_follows_the_relief(self) -> None:
        talk = Talk()
        for _ in range(3):
            talk.wait(hours=1)
            talk.say("CRAMP")
        relief, follows = talk.answers[-2:]
        assert (relief.kind, follows.kind) == ("relief", "frequent_cramps")
        assert relief.due_at == talk.now == follows.due_at - READING
        assert relief.cause != follows.cause

    def test_many_cramps_are_told_of_when_they_become_many_and_not_with_each_further_one(self) -> None:
        talk = Talk()
        for _ in range(6):
            talk.wait(minutes=10)
            talk.say("CRAMP")
        assert talk.kinds().count("frequent_cramps") == 1
        talk.wait(minutes=10)
        talk.say("CRAMP")  # the seventh in a week
        assert talk.kinds().count("frequent_cramps") == 2

    def test_two_cramps_in_a_day_and_six_in_a_week_are_not_many(self) -> None:
        talk = Talk()
        for _ in range(30):
            talk.wait(hours=28)
            talk.say("CRAMP")
        assert "frequent_cramps" not in talk.kinds()

    def test_the_third_within_24_hours_and_the_seventh_within_7_days_are_many(self) -> None:
        talk = Talk()
        for _ in range(3):
            talk.say("CRAMP")
            talk.wait(hours=11, minutes=59)
        assert talk.kinds().count("frequent_cramps") == 1
        apart = Talk()
        for _ in range(3):
            apart.say("CRAMP")
            apart.wait(hours=12)
        assert "frequent_cramps" not in apart.kinds()
        weekly = Talk()
        for _ in range(7):
            weekly.say("CRAMP")
            weekly.wait(hours=27)
        assert weekly.kinds().count("frequent_cramps") == 1


class TestTiming:
    def test_snooze_brings_the_last_nudge_once_more_with_its_life(self) -> None:
        talk = Talk()
        reaction = talk.say("SNOOZE")
        again, answer = reaction.answers
        assert (again.cause, again.kind, again.variant, again.asked) == ("snooze:1", "hydration", 3, True)
        assert (again.due_at, again.expires_at) == (NOON + 30 * MINUTE, NOON + 30 * MINUTE + LIFE)
        assert again.channels == (ChannelName.SMS, ChannelName.EMAIL)
        assert answer.details == Details(about="hydration", until=again.due_at)

    @pytest.mark.parametrize(
        ("text", "span"), [("SNOOZE 1h", HOUR), ("SNOOZE 3h", 2 * HOUR), ("SNOOZE 1", 5 * MINUTE), ("LATER", HOUR / 2)]
    )
    def test_a_snooze_lasts_five_minutes_to_two_hours(self, text: str, span: timedelta) -> None:
        assert Talk().say(text).answers[0].due_at == NOON + span

    def test_a_second_snooze_of_one_nudge_tells_when_it_comes(self) -> None:
        talk = Talk()
        talk.say("SNOOZE")
        talk.say("SNOOZE 2h")
        assert talk.kinds() == ["hydration", "snoozed", "snoozed"]
        assert talk.answers[-1].details.until == NOON + 30 * MINUTE
        talk.wait(minutes=31)
        (answer,) = talk.say("SNOOZE").answers
        assert (answer.kind, answer.details) == ("snoozed", NO_DETAILS), "it came, or was taken back: there is none"

    def test_there_is_nothing_to_snooze_without_a_nudge_they_get(self) -> None:
        talk = Talk()
        talk.last = nudge(2, "welcome")
        talk.say("SNOOZE")
        talk.last = None
        talk.say("SNOOZE")
        assert [(each.kind, each.details) for each in talk.answers] == [("snoozed", NO_DETAILS)] * 2

    @pytest.mark.parametrize(
        ("text", "span"),
        [("PAUSE", 3 * DAY), ("PAUSA 1 SEMANA", 7 * DAY), ("PAUSE 9999 DAYS", 56 * DAY), ("PAUSE 5 min", HOUR)],
    )
    def test_a_pause_lasts_an_hour_to_eight_weeks_and_says_until_when(self, text: str, span: timedelta) -> None:
        talk = Talk()
        talk.say(text)
        assert talk.standing.paused_until == NOON + span
        assert talk.answers[0].details.until == NOON + span

    def test_resume_ends_a_pause(self) -> None:
        talk = Talk()
        talk.say("PAUSE")
        talk.say("SEGUIR")
        talk.say("RESUME")
        assert talk.standing.paused_until is None
        assert talk.kinds() == ["paused", "resumed", "resumed"]
        assert [each.what for each in talk.consents] == ["paused", "resumed"]

    def test_a_pause_of_the_file_goes_on_and_the_answer_says_so(self) -> None:
        talk = Talk(person(paused_until=NOON + DAY))
        talk.say("RESUME")
        assert [(each.kind, each.details.until) for each in talk.answers] == [("paused", NOON + DAY)]

    def test_a_pause_of_the_file_that_is_over_is_none(self) -> None:
        talk = Talk(person(paused_until=NOON - DAY))
        talk.say("RESUME")
        assert talk.kinds() == ["resumed"]

    def test_less_and_more_of_a_nudge_that_only_they_asked_for(self) -> None:
        talk = Talk(person(nudges=()))
        wanted = replace(talk.preferences, nudges=(NudgePreference("hydration"),))
        talk.hear(wish(Wanted(wanted), Approach("page:1", Way.PAGE, NOON, person="me")))
        for text in ("LESS", "LESS", "MORE", "MORE", "MORE"):
            talk.say(text)
        assert [each.details.nth for each in talk.answers] == [2, 4, 2, 1, 1]

    def test_less_and_more_go_step_by_step_and_never_beyond_the_file(self) -> None:
        talk = Talk()
        for text in ("LESS", "MENOS", "LESS", "MORE", "MÁS", "MORE"):
            talk.say(text)
        assert [(each.kind, each.details.about, each.details.nth) for each in talk.answers] == [
            ("less", "hydration", 2),
            ("less", "hydration", 4),
            ("less", "hydration", 4),
            ("more", "hydration", 2),
            ("more", "hydration", 1),
            ("more", "hydration", 1),
        ]
        assert talk.changes.wishes == {}

    def test_less_of_a_named_kind_leaves_the_others(self) -> None:
        talk = Talk()
        talk.say("LESS WATER AND FRUIT")
        assert {each.nudge: each.every_nth for each in talk.preferences.nudges} == {
            "hydration": 2,
            "potassium": 2,
            "bedtime_stretch": 1,
        }
        assert len({each.cause for each in talk.answers}) == 2

    def test_less_without_a_nudge_means_the_only_one_or_nothing(self) -> None:
        only = person(nudges=person().preferences.nudges[:1])
        for who, about in ((only, "hydration"), (person(), "")):
            talk = Talk(who)
            talk.last = None
            talk.say("LESS")
            assert [(each.kind, each.details.about) for each in talk.answers] == [("less", about)]

    def test_less_of_a_kind_they_do_not_get_names_none(self) -> None:
        talk = Talk()
        talk.say("LESS MAGNESIUM")
        assert [(each.kind, each.details) for each in talk.answers] == [("less", NO_DETAILS)]
        assert talk.changes.wishes == {}


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

"""Words that move nudges: snooze, pause, later, less."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.person import ChannelName, NudgePreference
from messages.message import NO_DETAILS, Details
from scheduler.conversation.page import Wanted, wish
from scheduler.delivery.correspondence import Approach, Way
from tests.standins.talk import LIFE, NOON, Talk, nudge, person

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


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

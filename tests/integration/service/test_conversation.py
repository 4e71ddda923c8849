"""What people text, from the words to the answer and to what is sent from then on, on a real SQLite file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from config.person import ChannelName, Consent, Contacts, Person
from messages.rendering import Renderer
from scheduler.conversation.house import House
from scheduler.conversation.links import Action, ActionName
from scheduler.conversation.reacting import follow, following, hear
from scheduler.delivery.composing import Wording
from scheduler.delivery.correspondence import Approach, Heard, Way
from scheduler.delivery.delivery import State
from scheduler.service.forgetting import forget
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments, planner
from scheduler.storage.sqlite import open_dossiers, open_sqlite
from tests.standins.plant import EIGHT, FAST, NINE, SMS, Plant, person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOUSE = House(handles_stop_words=False)
WATER = "every 3 h from 09:00 to 18:00"


class Talking(Plant):
    """A plant that people can write to, with what they are answered."""

    def __init__(self, folder: Path) -> None:
        self.numbers = count(1)
        super().__init__(folder)
        lanes = {channel.name: Lane(channel, FAST) for channel in (self.sms, self.email)}
        self.pump = Pump(self.outbox, lanes, self.routines, Wording(Renderer(), b"key", replies=True), self.clock)

    def text(self, words: str, who: Person) -> list[str]:
        """Somebody writes now; what they are sent at once, by kind."""
        contact = (SMS, who.contacts.phone or "")
        approach = Approach(f"sms:SM{next(self.numbers)}", Way.SMS, self.clock.now(), contact=contact)
        self.outbox.converse(approach, hear(words, approach, HOUSE), planner(self.routines), self.clock.now())
        return self.sent()

    def click(self, name: ActionName, who: Person, delivery: int) -> Heard:
        action = Action("handle", delivery, name, "hydration")
        approach = following(action, who.id, self.clock.now())
        return self.outbox.converse(approach, follow(action, approach, HOUSE), planner(self.routines), self.clock.now())

    def sent(self, until: datetime | None = None) -> list[str]:
        """What goes out up to then, looking every half hour."""
        self.sms.given.clear()
        end = until or self.clock.now()
        while self.clock.now() < end:
            self.run(min(end, self.clock.now() + timedelta(minutes=30)))
        self.run()
        return [each.kind for each in self.sms.given]


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Talking]:
    talking = Talking(tmp_path)
    yield talking
    talking.outbox.close()


def enrolled(plant: Talking, *phrases: str, **wishes: object) -> Person:
    plain = person("me", *phrases)
    who = replace(plain, preferences=replace(plain.preferences, **wishes))  # type: ignore[arg-type]
    plant.enrol(who)
    return who


def test_a_stop_is_confirmed_once_and_nothing_follows_until_a_start(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    assert plant.sent(NINE) == ["hydration"]
    assert plant.text("Stop please", who) == ["stopped"]
    assert plant.text("STOP", who) == []
    assert plant.sent(NINE + DAY) == []
    assert plant.text("DONE", who) == []
    assert plant.text("HELP", who) == ["help_stopped"]
    assert plant.text("START", who) == ["back"]
    assert plant.sent(NINE + DAY + 3 * HOUR) == ["hydration"]


def test_a_stop_of_one_kind_leaves_the_others_and_ends_what_was_put_off(plant: Talking) -> None:
    who = enrolled(plant, WATER, "at 12:15")
    plant.sent(NINE)
    assert plant.text("SNOOZE", who) == ["snoozed"]
    assert plant.text("STOP WATER", who) == ["stopped_one"]
    assert plant.sent(NINE + 5 * HOUR) == ["potassium"]
    assert plant.text("START WATER", who) == ["back_one"]
    assert plant.sent(NINE + 6 * HOUR) == ["hydration"]


def test_a_snooze_comes_once_more_also_into_quiet_hours(plant: Talking) -> None:
    who = enrolled(plant, "at 22:20")
    assert plant.sent(EIGHT + timedelta(hours=14, minutes=25)) == ["hydration"]
    assert plant.text("SNOOZE 45 min", who) == ["snoozed"]
    assert plant.text("SNOOZE 2h", who) == ["snoozed"]
    assert "23:10" in plant.sms.given[0].text
    assert plant.sent(EIGHT + 18 * HOUR) == ["hydration"]
    assert plant.sent(EIGHT + DAY) == []


def test_less_sends_every_second_one_and_more_all_of_them_again(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    plant.sent(NINE)
    assert plant.text("LESS", who) == ["less"]
    assert plant.sent(NINE + 2 * DAY) == ["hydration"] * 4
    assert plant.text("MORE", who) == ["more"]
    assert plant.sent(NINE + 3 * DAY) == ["hydration"] * 4


def test_a_cramp_gets_relief_at_any_hour(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    plant.sent(EIGHT + 19 * HOUR)  # 03:00
    for answers in (["relief"], ["relief"], ["relief"]):
        assert plant.text("CRAMP!!", who) == answers
        plant.sent(plant.clock.now() + timedelta(minutes=30))
    assert plant.outbox.overview(EIGHT).states[State.SENT] > 0
    followed = [each for each in plant.outbox.deliveries(EIGHT, EIGHT + DAY) if each.kind == "frequent_cramps"]
    assert [each.state for each in followed] == [State.SENT]


def test_nothing_goes_out_before_a_yes_and_the_welcome_right_after_it(plant: Talking) -> None:
    who = person("me", WATER)
    who = replace(who, preferences=replace(who.preferences, consent=Consent.ASKED))
    plant.outbox.enrol(enrolments([who], plant.routines, plant.clock.now()), plant.clock.now())
    assert plant.sent(NINE + DAY) == ["consent"]
    assert plant.text("CRAMP", who) == ["consent"]
    assert plant.text("Yes please", who) == ["welcome"]
    assert plant.text("YES", who) == ["unclear"]
    assert plant.sent(NINE + DAY + 3 * HOUR) == ["hydration"]
    assert "agreed" in [each.what for each in plant.outbox.consents(who.id)]


def test_a_pause_holds_and_a_resume_ends_it(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    plant.sent(NINE)
    assert plant.text("PAUSA 1 SEMANA", who) == ["paused"]
    assert plant.sent(NINE + DAY) == []
    assert plant.text("SEGUIR", who) == ["resumed"]
    assert plant.sent(NINE + DAY + 3 * HOUR) == ["hydration"]


def test_a_language_holds_for_the_answer_and_for_what_follows(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    plant.text("Español", who)
    assert "español" in plant.sms.given[0].text
    plant.text("AYUDA", who)
    assert "Responde" in plant.sms.given[0].text


def test_a_loss_ends_everything_for_good_and_keeps_no_diary(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    plant.sent(NINE)
    plant.text("DONE", who)
    plant.text("SNOOZE", who)
    assert plant.text("LOSS", who) == ["loss"]
    for words in ("START", "YES", "CRAMP", "DONE", "BORN", "hello"):
        assert plant.text(words, who) == []
    assert plant.sent(NINE + 2 * DAY) == []
    assert plant.outbox.diary(who.id, EIGHT, NINE + 3 * DAY) == []
    assert plant.text("HELP", who) == ["help_ended"]


def test_an_answer_that_cannot_be_written_does_not_tell_the_log_what_ended(
    plant: Talking, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "texts" / "en").mkdir(parents=True)
    (tmp_path / "texts" / "en" / "loss.toml").write_text("nothing = true", encoding="utf-8")
    who = enrolled(plant, WATER)
    lanes = {channel.name: Lane(channel, FAST) for channel in (plant.sms, plant.email)}
    wording = Wording(Renderer(tmp_path / "texts"), b"key", replies=True)
    plant.pump = Pump(plant.outbox, lanes, plant.routines, wording, plant.clock)
    assert plant.text("LOSS", who) == []
    assert "ended of me could not be prepared" in caplog.text
    assert "loss" not in caplog.text


def test_a_birth_ends_the_nudges_and_not_the_help(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    assert plant.text("Nació", who) == ["born"]
    assert plant.sent(NINE + DAY) == []
    assert plant.text("CRAMP", who) == ["relief"]
    assert plant.text("English", who) == ["language"]


def test_who_asks_to_be_forgotten_hears_that_it_is_done(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    assert plant.text("FORGET", who) == ["forget_ask"]
    assert plant.text("FORGET ME", who) == ["forgotten"]
    assert plant.outbox.forgettable(plant.clock.now()) == [who.id]


@pytest.mark.parametrize("words", ["FORGET ME", "LOSS"])
def test_who_is_forgotten_stays_silent_though_the_file_still_names_them(
    plant: Talking, tmp_path: Path, words: str
) -> None:
    """FORGET ME is a stop, and a loss is more than one: the next start must not welcome anybody who said either."""
    who = enrolled(plant, WATER)
    plant.text(words, who)
    path = tmp_path / "legup.db"
    with closing(open_dossiers(path)) as dossiers:
        assert forget(dossiers, path, "me", time.sleep).complete
    assert plant.outbox.handle_of("me") is None
    plant.outbox.close()
    plant.outbox = open_sqlite(path, contact_key=b"contacts")
    plant.restart()
    plant.outbox.enrol(enrolments([who], plant.routines, plant.clock.now()), plant.clock.now())
    assert plant.sent(NINE + DAY) == []
    assert {each.reason for each in plant.outbox.deliveries(EIGHT, NINE + DAY)} == {"opted out"}


def test_a_machine_that_texts_for_ever_is_answered_twenty_times_an_hour(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    assert sum(len(plant.text("HELP", who)) for _ in range(30)) == 20


def test_a_link_does_what_its_word_does_and_sends_no_answer(plant: Talking) -> None:
    who = enrolled(plant, WATER)
    plant.sent(NINE)
    (nudge,) = plant.slots()
    assert plant.click(ActionName.DONE, who, nudge.id).fresh
    assert not plant.click(ActionName.DONE, who, nudge.id).fresh
    assert plant.click(ActionName.SNOOZE, who, nudge.id).answers == 1
    assert [each.nudge for each in plant.outbox.diary(who.id, EIGHT, NINE + HOUR)] == ["hydration"]
    assert plant.sent(NINE + HOUR) == ["hydration"]
    plant.click(ActionName.STOP_ALL, who, nudge.id)
    assert plant.text("START", who) == ["back"]
    plant.clock.set(NINE + 2 * HOUR)
    assert plant.click(ActionName.STOP_ALL, who, nudge.id).fresh, "a stop link never ends"
    assert plant.sent(NINE + DAY) == []


def test_a_stop_by_one_contact_stops_the_other_channel_too(plant: Talking) -> None:
    plain = person("me", WATER, channels=(ChannelName.EMAIL,))
    who = replace(plain, contacts=Contacts(phone=plain.contacts.phone, email="me@example.org"))
    plant.enrol(who)
    assert plant.text("BASTA", who) == ["stopped"]
    plant.sent(NINE + DAY)
    assert plant.email.given == []

"""The pages and webhooks on the real desk and a real SQLite file: what they do is what the scheduler then goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.accounts import SmtpAccount, TwilioAccount
from config.person import ChannelName, Consent, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from config.settings import Config, Service, WebSection
from scheduler.conversation.links import Action, ActionName, Links
from scheduler.delivery.delivery import State
from scheduler.delivery.standing import Standing
from scheduler.service.assembly import enrol, message_links, open_outbox
from scheduler.service.two_way import build_desk
from scheduler.storage.outbox import SqlOutbox
from tests.standins.clock import StillClock
from tests.standins.desk import AUTH_TOKEN
from tests.standins.website import PUBLIC, Website

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PHONE, OURS = "+447700900123", "+447700900999"


@dataclass(frozen=True)
class House:
    """An installation with one person, whom `page` and `link` lead to."""

    site: Website
    outbox: SqlOutbox
    clock: StillClock
    config: Config
    kicks: list[None]

    @property
    def page(self) -> str:
        return self._path(self._links.page_url(self._handle))

    def link(self, name: ActionName, about: str = "hydration") -> str:
        return self._path(self._links.action_url(Action(self._handle, 1, name, about)))

    def standing(self) -> Standing:
        found = self.outbox.person("sam")
        assert found
        return found[1]

    def next_due(self) -> datetime | None:
        return self.outbox.overview(NOON).next_due_at

    def text(self, body: str, number: int = 1, **further: str) -> int:
        fields = {"MessageSid": f"SM{number:032}", "From": PHONE, "To": OURS, "Body": body, **further}
        return self.site.signed("/twilio/inbound", fields).status

    def save(self, **fields: str) -> int:
        """As the page would, with the fingerprint that it shows now."""
        seen = re.findall(r'name="seen" value="([^"]+)"', self.site.get(self.page).text)
        named = {name.replace("__", "."): value for name, value in fields.items()}
        return self.site.post(self.page, {"seen": seen[0], "act": "save", **named}).status

    @property
    def _links(self) -> Links:
        links = message_links(self.config.service)
        assert links
        return links

    @property
    def _handle(self) -> str:
        handle = self.outbox.handle_of("sam")
        assert handle
        return handle

    def _path(self, url: str) -> str:
        assert url.startswith(f"{PUBLIC}/")
        return url.removeprefix(PUBLIC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    config, clock = config_in(tmp_path), StillClock(NOON)
    kicks: list[None] = []
    with ExitStack() as opened:
        outbox = open_outbox(config.service)
        opened.callback(outbox.close)
        enrol(config, outbox, clock)
        desk = build_desk(config, outbox, clock, lambda: kicks.append(None))
        site = opened.enter_context(Website(desk))
        yield House(site, outbox, clock, config, kicks)


def config_in(folder: Path) -> Config:
    hydration = NudgePreference("hydration", schedule=parse_schedule("every 3 h from 09:00 to 18:00"))
    stretch = NudgePreference("bedtime_stretch")
    preferences = Preferences("Europe/London", channels=(ChannelName.SMS,), nudges=(hydration, stretch))
    service = Service(
        database=str(folder / "legup.db"),
        secret_key=SecretStr("x" * 32),
        twilio=TwilioAccount(account_sid="AC" + "0" * 32, auth_token=SecretStr(AUTH_TOKEN), from_number=OURS),
        smtp=SmtpAccount(host="127.0.0.1", from_address="nudges@example.org"),
        web=WebSection(enabled=True, public_url=PUBLIC),
    )
    return Config((Person("sam", preferences, Contacts("Sam", PHONE, "sam@example.org")),), service)


def test_a_stop_by_text_holds_at_once(house: House) -> None:
    assert house.text("stop") == 200
    assert house.standing().opted_out
    assert "You have stopped all nudges." in house.site.get(house.page).text
    assert house.kicks


def test_a_replayed_text_does_nothing_more(house: House) -> None:
    assert house.text("cramp") == 200
    answers = [each.kind for each in house.outbox.deliveries(NOON, NOON + timedelta(days=1)) if each.kind == "relief"]
    house.clock.pass_(timedelta(minutes=5))
    assert house.text("cramp") == 200
    again = [each.kind for each in house.outbox.deliveries(NOON, NOON + timedelta(days=1)) if each.kind == "relief"]
    assert answers == again == ["relief"]


def test_a_schedule_that_was_saved_is_the_one_that_counts(house: House) -> None:
    assert house.next_due() == NOON + timedelta(hours=3)
    assert house.save(on__hydration="on", when__hydration="at 14:00") == 303
    assert house.next_due() == NOON + timedelta(hours=2)
    text = house.site.get(house.page).text
    assert "Today at 14:00" in text
    assert "Your plan says: every 3 h from 09:00 to 18:00." in text


def test_a_time_that_can_never_come_is_told(house: House) -> None:
    assert "Not all of this can come." not in house.site.get(house.page).text
    assert house.save(on__hydration="on", when__hydration="at 03:00 and 14:00") == 303
    assert house.site.get(house.page).text.count("Not all of this can come.") == 1
    assert house.save(quiet="own", quiet__0__from="00:00", quiet__0__to="00:00") == 422
    assert (
        house.save(
            quiet="own", quiet__0__from="00:00", quiet__0__to="23:00", quiet__1__from="23:00", quiet__1__to="00:00"
        )
        == 303
    )
    assert house.site.get(house.page).text.count("Not all of this can come.") == 2


def test_who_was_asked_and_has_not_answered_is_told_so(house: House) -> None:
    someone = house.config.people[0]
    asked = replace(someone, preferences=replace(someone.preferences, consent=Consent.ASKED))
    enrol(replace(house.config, people=(asked,)), house.outbox, house.clock)
    assert "Nothing is sent before you have said yes" in house.site.get(house.page).text


def test_a_nudge_that_was_switched_off_stays_off_whatever_the_file_says(house: House) -> None:
    assert house.save(when__hydration="") == 303
    assert house.next_due() == NOON + timedelta(hours=10)
    someone = house.config.people[0]
    edited = replace(someone.preferences, nudges=(NudgePreference("hydration", schedule=parse_schedule("at 13:00")),))
    enrol(replace(house.config, people=(replace(someone, preferences=edited),)), house.outbox, house.clock)
    assert house.next_due() is None
    assert "You stopped this one." in house.site.get(house.page).text


def test_what_was_said_by_text_meanwhile_is_not_undone_by_a_page(house: House) -> None:
    shown = house.site.get(house.page).text
    seen = re.findall(r'name="seen" value="([^"]+)"', shown)[0]
    house.text("stop water")
    answer = house.site.post(
        house.page, {"seen": seen, "act": "save", "on.hydration": "on", "when.hydration": "at 14:00"}
    )
    assert answer.status == 409
    assert house.next_due() == NOON + timedelta(hours=10)


def test_a_pause_of_the_page_holds_and_ends(house: House) -> None:
    assert house.save(act="pause", days="3") == 303
    assert house.standing().paused_until == NOON + timedelta(days=3)
    assert "Paused until Thursday 26 November, 12:00." in house.site.get(house.page).text
    assert house.save(act="resume") == 303
    assert house.standing().paused_until is None


def test_everything_stopped_on_the_page_comes_back_on_the_page(house: House) -> None:
    assert house.save(act="stop") == 303
    assert house.standing().opted_out
    assert house.save(act="back") == 303
    assert not house.standing().opted_out


def test_a_change_of_language_speaks_to_them_in_it_from_now_on(house: House) -> None:
    assert house.save(language="es", channel="email", fallback="sms") == 303
    text = house.site.get(house.page).text
    assert "Tus avisos" in text
    assert '<option value="email" selected>' in text


def test_all_changes_are_taken_back_at_once(house: House) -> None:
    before = house.site.get(house.page).text
    house.save(on__legs_up="on", when__legs_up="at 13:00", when__hydration="", language="es")
    assert house.save(act="reset") == 303
    assert house.site.get(house.page).text.count(" checked") == before.count(" checked")
    assert house.next_due() == NOON + timedelta(hours=3)


def test_what_was_done_by_link_stands_in_the_diary_once(house: House) -> None:
    for _ in range(2):
        assert house.site.post(house.link(ActionName.DONE, "bedtime_stretch"), {}).status == 200
    assert "done already" in house.site.post(house.link(ActionName.DONE, "bedtime_stretch"), {}).text
    house.text("cramp")
    text = house.site.get(f"{house.page}/diary").text
    assert "1 of 50" in text
    assert house.site.get(f"{house.page}/diary.csv").text.count("\r\n") == 3


def test_a_click_on_stop_in_a_mail_program_stops(house: House) -> None:
    assert house.site.get(house.link(ActionName.STOP_ALL)).status == 200
    assert not house.standing().opted_out
    assert house.site.post(house.link(ActionName.STOP_ALL), {"List-Unsubscribe": "One-Click"}).status == 200
    assert house.standing().opted_out
    assert house.site.post(house.link(ActionName.STOP_ALL), {"List-Unsubscribe": "One-Click"}).status == 200


def test_after_an_ending_the_page_only_says_so(house: House) -> None:
    house.text("loss")
    text = house.site.get(house.page).text
    assert "Your nudges have ended. Nothing more is sent." in text
    assert "<form" not in text
    assert "does not work any more" in house.site.post(house.link(ActionName.DONE), {}).text


@pytest.mark.parametrize("place", [0, 10, -2])
def test_a_token_with_one_letter_changed_is_nobodys(house: House, place: int) -> None:
    token = list(house.page.removeprefix("/p/"))
    token[place] = "A" if token[place] != "A" else "B"
    assert house.site.get(f"/p/{''.join(token)}").status == 404


def test_a_token_of_one_purpose_is_none_of_another(house: House) -> None:
    assert house.site.get(house.page.replace("/p/", "/a/")).status == 404
    assert house.site.get(house.link(ActionName.DONE).replace("/a/", "/p/")).status == 404


def test_a_status_nobody_knows_is_taken_and_moves_nothing(house: House) -> None:
    fields = {"MessageSid": f"SM{7:032}", "MessageStatus": "delivered"}
    assert house.site.signed("/twilio/status", fields).status == 204
    assert house.outbox.overview(NOON).states.get(State.DELIVERED, 0) == 0


def test_the_health_page_asks_the_database(house: House) -> None:
    assert house.site.get("/healthz").status == 200

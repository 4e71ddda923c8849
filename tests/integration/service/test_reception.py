"""The desk on a real outbox: texts, reports, links, the page and the diary, with the conversation behind it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.settings import Config, Service, WebSection
from scheduler.conversation.links import Action, ActionName, Links
from scheduler.delivery.cause import snooze_cause
from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import Delivery, NewDelivery, State
from scheduler.delivery.outcome import Accepted
from scheduler.delivery.poison import GIVEN_UP, MOST_RETRIES
from scheduler.delivery.routines import Routines
from scheduler.delivery.settling import settle
from scheduler.delivery.text_message import TextMessage
from scheduler.service.assembly import message_links
from scheduler.service.defaults import nudge_defaults
from scheduler.service.desk import STALE, Wanted
from scheduler.service.dismay import Dismay
from scheduler.service.reception import Reception
from scheduler.service.roster import enrolments
from scheduler.service.two_way import build_desk
from scheduler.storage.errors import StorageError
from scheduler.storage.memory import MemoryOutbox
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from scheduler.storage.tables import DELIVERIES
from tests.standins.clock import StillClock
from tests.standins.outbox_parts import KEY, begin_all
from tests.standins.twilio import TwilioStandIn

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PHONE = "+447946007001"
SAM = Person(
    "sam",
    Preferences(
        "Europe/London",
        channels=(ChannelName.SMS,),
        nudges=(NudgePreference("hydration"), NudgePreference("bedtime_stretch")),
    ),
    Contacts(phone=PHONE, email="sam@example.org"),
)


class Parlour:
    """A desk, the database behind it, and a count of how often somebody was woken."""

    def __init__(self, folder: Path, **service: Any) -> None:
        self.clock = StillClock(NOON)
        self.kicks = 0
        given: dict[str, Any] = {
            "secret_key": SecretStr("k" * 32),
            "web": WebSection(enabled=True, public_url="https://a.example"),
        }
        self.config = Config((SAM,), Service(database=str(folder / "legup.db"), **(given | service)))
        self.outbox: SqlOutbox = open_sqlite(folder / "legup.db", contact_key=KEY)
        self.outbox.enrol(enrolments([SAM], Routines(nudge_defaults()), NOON), NOON)
        self.desk: Reception = build_desk(self.config, self.outbox, self.clock, self.kick)
        links = message_links(self.config.service)
        self.links = links or Links(b"nobody's", "https://elsewhere.example")

    def kick(self) -> None:
        self.kicks += 1

    def text(self, words: str, sid: str = "SM1", **more: Any) -> str:
        message = TextMessage(sid, PHONE, "+15005550006", words, self.clock.now(), **more)
        return self.desk.text(message).understood

    def sent(self, kind: str = "hydration") -> Delivery:
        """A nudge that has gone out."""
        now = self.clock.now()
        new = NewDelivery(
            f"send:{kind}{now}", "sam", kind, now, now + timedelta(hours=1), (ChannelName.SMS,), asked=True
        )
        self.outbox.add(new)
        messages = begin_all(self.outbox, now)
        self.outbox.settle([settle(each, Accepted(f"SM{each.delivery}"), now, lambda: 0.5) for each in messages], now)
        return next(each for each in self.deliveries() if each.cause == new.cause)

    def deliveries(self) -> list[Delivery]:
        day = timedelta(days=1)
        return self.outbox.deliveries(self.clock.now() - day, self.clock.now() + day, person="sam")

    def kinds(self) -> list[str]:
        return [each.kind for each in self.deliveries()]

    def handle(self) -> str:
        handle = self.outbox.handle_of("sam")
        assert handle is not None
        return handle

    def link(self, name: ActionName, delivery: Delivery) -> str:
        url = self.links.action_url(Action(self.handle(), delivery.id, name, delivery.kind))
        return url.rpartition("/")[2]

    @property
    def page(self) -> str:
        return self.links.page_token(self.handle())


@pytest.fixture
def parlour(tmp_path: Path) -> Iterator[Parlour]:
    parlour = Parlour(tmp_path)
    yield parlour
    parlour.outbox.close()


def test_a_text_is_answered_and_whoever_sends_is_woken(parlour: Parlour) -> None:
    assert parlour.text("calambre") == "cramp"
    assert "relief" in parlour.kinds()
    assert parlour.kicks == 1


def test_the_same_text_again_does_nothing(parlour: Parlour) -> None:
    parlour.text("calambre")
    parlour.text("calambre")
    assert parlour.kinds().count("relief") == 1
    assert parlour.kicks == 1


def test_what_the_provider_says_of_an_opt_out_is_taken_over_whatever_the_words(parlour: Parlour) -> None:
    parlour.text("no me escribas", opt_out_type="STOP")
    known = parlour.outbox.person("sam")
    assert known is not None
    assert known[1].opted_out
    assert "stopped" not in parlour.kinds(), "the provider has answered"


def test_a_text_from_before_our_time_is_never_acted_on(parlour: Parlour) -> None:
    message = TextMessage("SM1", PHONE, "+15005550006", "calambre", NOON)
    assert parlour.desk.pass_over(message).fresh
    assert not parlour.desk.text(message).fresh
    assert "relief" not in parlour.kinds()


def test_a_report_moves_a_message_and_wakes_whoever_sends(parlour: Parlour) -> None:
    sent = parlour.sent()
    report = Report(sent.receipt or "", State.DELIVERED, NOON)
    assert parlour.desk.reports([report]) == 1
    assert parlour.desk.reports([report]) == 0, "a second time there is nothing to move"
    assert parlour.kicks == 1


def test_a_link_is_read_without_doing_anything_and_followed_once(parlour: Parlour) -> None:
    token = parlour.link(ActionName.DONE, parlour.sent())
    view = parlour.desk.read(token)
    assert view is not None
    assert (view.action, view.nudge, view.title, view.language) == ("done", "hydration", "drink some water", "en")
    assert parlour.outbox.diary("sam", NOON - timedelta(days=1), NOON + timedelta(days=1)) == []
    for fresh in (True, False):
        followed = parlour.desk.follow(token)
        assert followed is not None
        assert followed.heard.fresh is fresh
        assert followed.page == parlour.page
    assert len(parlour.outbox.diary("sam", NOON - timedelta(days=1), NOON + timedelta(days=1))) == 1


def test_a_snooze_link_says_when_the_nudge_comes_again_on_the_persons_clock(parlour: Parlour) -> None:
    sent = parlour.sent()
    followed = parlour.desk.follow(parlour.link(ActionName.SNOOZE, sent))
    assert followed is not None
    assert followed.until is not None
    assert f"{followed.until:%H:%M %Z}" == "12:30 GMT"
    assert any(each.cause == snooze_cause(sent.id) for each in parlour.deliveries())


def test_pausing_and_lessening_by_link_say_how_long_and_how_much(parlour: Parlour) -> None:
    sent = parlour.sent()
    paused, less = (parlour.desk.follow(parlour.link(name, sent)) for name in (ActionName.PAUSE, ActionName.LESS))
    assert paused is not None
    assert paused.until is not None
    assert paused.until > NOON + timedelta(hours=20)
    assert less is not None
    assert less.nth == 2


def test_a_stop_link_stops_each_time_it_is_followed(parlour: Parlour) -> None:
    token = parlour.link(ActionName.STOP_ALL, parlour.sent())
    parlour.desk.follow(token)
    parlour.clock.pass_(timedelta(minutes=1))
    parlour.text("START")
    parlour.clock.pass_(timedelta(minutes=1))
    parlour.desk.follow(token)
    view = parlour.desk.read(token)
    assert view is not None
    assert view.opted_out


def test_a_snooze_link_promises_nothing_that_does_not_come(parlour: Parlour) -> None:
    snooze = parlour.link(ActionName.SNOOZE, parlour.sent())
    parlour.desk.follow(snooze)
    parlour.text("STOP WATER")
    again = parlour.desk.follow(snooze)
    assert again is not None
    assert again.until is None


def test_an_old_link_that_agrees_takes_back_no_stop_and_says_so(parlour: Parlour) -> None:
    agree = parlour.link(ActionName.AGREE, parlour.sent())
    parlour.text("STOP")
    view, followed = parlour.desk.read(agree), parlour.desk.follow(agree)
    assert view is not None
    assert followed is not None
    assert (view.agreed, view.opted_out, followed.opted_out) == (True, True, True)


def test_a_stop_link_of_someone_who_has_left_the_file_still_stops(parlour: Parlour) -> None:
    token = parlour.link(ActionName.STOP_ALL, parlour.sent())
    parlour.outbox.enrol([], NOON)
    followed = parlour.desk.follow(token)
    assert followed is not None
    assert (followed.heard.understood, followed.until, followed.page) == ("stop", None, None)


def test_a_link_that_is_not_ours_is_nobodys(parlour: Parlour) -> None:
    stranger = Links(b"another key", "https://a.example")
    token = stranger.action_url(Action(parlour.handle(), 1, ActionName.STOP_ALL)).rpartition("/")[2]
    assert parlour.desk.read(token) is None
    assert parlour.desk.follow(token) is None
    page = stranger.page_token(parlour.handle())
    assert parlour.desk.profile(page) is None
    assert parlour.desk.diary(page, 8) is None
    assert parlour.desk.wish(page, Wanted(SAM.preferences), "") is None


def test_a_link_of_somebody_forgotten_is_nobodys(parlour: Parlour) -> None:
    assert parlour.desk.read(parlour.links.action_url(Action("gone", 1, ActionName.DONE)).rpartition("/")[2]) is None


def test_the_page_shows_every_nudge_with_todays_times(parlour: Parlour) -> None:
    profile = parlour.desk.profile(parlour.page)
    assert profile is not None
    by_name = {each.nudge: each for each in profile.nudges}
    assert list(by_name) == list(nudge_defaults())
    assert [f"{each:%H:%M}" for each in by_name["hydration"].today] == ["09:00", "12:00", "15:00", "18:00"]
    assert (by_name["potassium"].preference.on, by_name["potassium"].file, by_name["potassium"].today) == (
        False,
        None,
        (),
    )
    assert profile.channels == (ChannelName.SMS,), "there is no mail server here"
    assert profile.differing == frozenset()
    assert profile.now == NOON


def test_a_wish_takes_effect_and_shows_as_what_differs(parlour: Parlour) -> None:
    profile = parlour.desk.profile(parlour.page)
    assert profile is not None
    wanted = Wanted(replace(profile.correspondent.preferences, language="es"), stopped=frozenset({"hydration"}))
    heard = parlour.desk.wish(parlour.page, wanted, profile.seen)
    assert heard is not None
    assert heard.fresh
    after = parlour.desk.profile(parlour.page)
    assert after is not None
    assert after.differing == {"language", "nudges.hydration"}
    hydration = next(each for each in after.nudges if each.nudge == "hydration")
    assert (hydration.stopped, hydration.preference.on, hydration.today) == (True, False, ())
    assert hydration.file is not None
    assert hydration.file.on


def test_a_form_that_showed_something_else_changes_nothing(parlour: Parlour) -> None:
    profile = parlour.desk.profile(parlour.page)
    assert profile is not None
    parlour.text("STOP WATER")
    heard = parlour.desk.wish(parlour.page, Wanted(profile.correspondent.preferences), profile.seen)
    assert heard is not None
    assert heard.understood == STALE
    after = parlour.desk.profile(parlour.page)
    assert after is not None
    assert after.correspondent.changes.stopped == {"hydration"}


def test_whoever_has_stopped_has_no_times_today(parlour: Parlour) -> None:
    parlour.text("STOP")
    profile = parlour.desk.profile(parlour.page)
    assert profile is not None
    assert all(each.today == () for each in profile.nudges)


def test_the_diary_has_whole_weeks_with_what_was_said(parlour: Parlour) -> None:
    parlour.text("CRAMP")
    diary = parlour.desk.diary(parlour.page, 2)
    assert diary is not None
    assert (len(diary.days), diary.cramps, diary.days[0].day.weekday()) == (14, 1, 0)


def test_without_links_or_a_token_nothing_is_believed(tmp_path: Path) -> None:
    parlour = Parlour(tmp_path, web=WebSection())
    assert parlour.desk.read("a token") is None
    assert parlour.desk.profile("a token") is None
    assert not parlour.desk.signed("https://a.example/twilio/inbound", {}, "c2lnbmVk")
    parlour.outbox.close()


def test_with_both_a_callback_is_believed_when_it_is_signed(tmp_path: Path) -> None:
    with TwilioStandIn() as twilio:
        parlour = Parlour(tmp_path, twilio=twilio.account())
    assert not parlour.desk.signed("https://a.example/twilio/inbound", {}, "c2lnbmVk")
    parlour.outbox.close()


class Gone(MemoryOutbox):
    """A database that does not answer any more."""

    def next_event_at(self) -> datetime | None:
        raise StorageError("the disk is gone")


def test_a_desk_is_healthy_while_its_database_answers(parlour: Parlour) -> None:
    assert parlour.desk.healthy()
    assert not build_desk(parlour.config, Gone(contact_key=KEY), parlour.clock, parlour.kick).healthy()


def test_what_cannot_be_heard_is_brought_again_five_times_and_then_put_aside(
    parlour: Parlour, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def slip(*_: object) -> object:
        raise RuntimeError(f"{PHONE} wrote calambre")

    monkeypatch.setattr("scheduler.service.reception.hear", lambda *_: slip)
    with caplog.at_level(logging.ERROR):
        for _ in range(MOST_RETRIES):
            with pytest.raises(RuntimeError):
                parlour.text("calambre")
        assert parlour.text("calambre").startswith(GIVEN_UP)
    monkeypatch.undo()
    assert not parlour.desk.text(TextMessage("SM1", PHONE, "", "calambre", NOON)).fresh, "it is a dead letter"
    assert parlour.text("calambre", "SM2") == "cramp", "and the others flow"
    assert PHONE not in "".join(each.getMessage() for each in caplog.records)


def test_no_slip_of_ours_delays_a_stop(parlour: Parlour, monkeypatch: pytest.MonkeyPatch) -> None:
    def slip(*_: object) -> object:
        raise RuntimeError("a slip")

    monkeypatch.setattr("scheduler.service.reception.hear", lambda *_: slip)
    assert parlour.text("Stop please") == "stop"
    known = parlour.outbox.person("sam")
    assert known is not None
    assert known[1].opted_out
    assert parlour.outbox.consents("sam")[-1].what == "stopped"


def test_a_report_that_raises_is_put_aside_and_told_of_once(parlour: Parlour, caplog: pytest.LogCaptureFixture) -> None:
    poison, other = (
        Report(parlour.sent(kind).receipt or "", State.DELIVERED, NOON) for kind in ("hydration", "relief")
    )
    with parlour.outbox._database.write() as connection:
        damaged = update(DELIVERIES).where(DELIVERIES.c.receipt == poison.receipt).values(channels="damaged")
        connection.execute(damaged)
    with caplog.at_level(logging.ERROR):
        with pytest.raises(ValueError, match="damaged"):
            parlour.desk.reports([poison, other])
        assert parlour.desk.reports([other]) == 1
        for _ in range(MOST_RETRIES):
            with pytest.raises(ValueError, match="damaged"):
                parlour.desk.reports([poison])
        assert [parlour.desk.reports([poison]) for _ in range(3)] == [0, 0, 0]
    told = [each.getMessage() for each in caplog.records]
    assert len(told) == MOST_RETRIES + 1
    assert GIVEN_UP in told[-1]


def test_the_count_of_failures_starts_anew_once_it_was_heard() -> None:
    dismay = Dismay()
    for _ in range(MOST_RETRIES):
        assert dismay.raised("SM1", "a text", RuntimeError()) is None
    dismay.past("SM1")
    assert dismay.raised("SM1", "a text", RuntimeError()) is None


def test_only_so_many_failures_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.service.dismay._MOST", 1)
    dismay = Dismay()
    for _ in range(MOST_RETRIES):
        dismay.raised("SM1", "a text", RuntimeError())
    dismay.raised("SM2", "a text", RuntimeError())
    assert dismay.raised("SM1", "a text", RuntimeError()) is None

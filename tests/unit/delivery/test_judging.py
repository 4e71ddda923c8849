import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.person import ChannelName, Consent, Contacts, NudgePreference, Preferences
from config.phrase import parse_schedule
from config.routine import NudgeDefault
from config.schedule import Weeks
from messages.message import Links
from messages.rendering import Renderer
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Delivery, Message, State
from scheduler.delivery.judging import AFTER_PAUSE, Judging
from scheduler.delivery.ports import Divert, End, Ended, Hold, Judgement, Ready, Send, Standing
from scheduler.delivery.routines import Routines

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
DEFAULTS = {"hydration": NudgeDefault(parse_schedule("every 3 h from 09:00 to 18:00"), 7, Weeks(14))}
SMS, EMAIL, CONSOLE = ChannelName.SMS, ChannelName.EMAIL, ChannelName.CONSOLE

SLOT = Delivery(
    id=1,
    cause="slot:me/hydration/2026-11-23/09:00",
    person="me",
    kind="hydration",
    state=State.PENDING,
    reason=None,
    due_at=NINE,
    expires_at=NINE + timedelta(hours=1),
    not_before=NINE,
    owner_day=date(2026, 11, 23),
    channels=(SMS,),
    channel_index=0,
    variant=0,
    attempts=0,
    asked=False,
    updated_at=NINE,
)
WELCOME = replace(SLOT, cause="welcome:me", kind="welcome", owner_day=None, expires_at=NINE + timedelta(days=3))
PERSON = Preferences("Europe/London", channels=(SMS,), nudges=(NudgePreference("hydration"),))
CONTACTS = Contacts(name="Sam", phone="+447700900123", email="sam@example.org", apprise="json://localhost")


def judge(
    delivery: Delivery,
    *,
    now: datetime = NINE,
    preferences: Preferences = PERSON,
    contacts: Contacts = CONTACTS,
    standing: Standing | None = None,
    templates: Path | None = None,
) -> Judgement:
    judging = Judging(Routines(DEFAULTS), Wording(Renderer(templates), b"key"), now, lambda *_: None)
    return judging(Ready(delivery, preferences, contacts, standing or Standing()))


def sent(judgement: Judgement) -> Message:
    assert isinstance(judgement, Send)
    return judgement.message


def test_a_living_slot_is_rendered_and_addressed_for_its_channel() -> None:
    message = sent(judge(SLOT))
    assert (message.address, message.attempt, message.person, message.kind) == (CONTACTS.phone, 1, "me", "hydration")
    assert message.text
    assert f"{message.due_local:%H:%M}" == "09:00"
    assert message.further_channel is None


def test_an_email_has_a_subject_and_two_bodies_and_greets_by_name() -> None:
    message = sent(judge(replace(SLOT, channels=(EMAIL, SMS))))
    assert message.address == CONTACTS.email
    assert message.subject
    assert message.html
    assert "Sam" in message.text
    assert message.further_channel == 1


@pytest.mark.parametrize(
    ("channel", "address"),
    [(CONSOLE, "me"), (ChannelName.APPRISE, CONTACTS.apprise), (SMS, CONTACTS.phone), (EMAIL, CONTACTS.email)],
)
def test_each_channel_is_given_its_own_address(channel: ChannelName, address: str) -> None:
    assert sent(judge(replace(SLOT, channels=(channel,)))).address == address


def test_a_text_may_name_the_time_of_a_slot_and_of_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    sip = "Sip{% if due_local %} at {{ due_local }}{% endif %}."
    (tmp_path / "en" / "hydration.toml").write_text(
        f'title = "water"\nsms = ["{sip}"]\n[[email]]\nsubject = "Water"\nbody = "Sip."\n'
    )
    assert sent(judge(SLOT, templates=tmp_path)).text == "Sip at 09:00."
    assert sent(judge(replace(SLOT, owner_day=None, asked=True), templates=tmp_path)).text == "Sip."


def test_every_attempt_of_a_delivery_has_the_same_key_and_it_tells_nothing() -> None:
    first, second = sent(judge(SLOT)), sent(judge(replace(SLOT, attempts=1)))
    assert first.key == second.key
    assert second.attempt == 2
    assert sent(judge(replace(SLOT, cause="slot:me/hydration/2026-11-23/12:00"))).key != first.key
    assert re.fullmatch("[0-9a-f]{32}", first.key)


def test_a_message_shows_neither_address_nor_words_in_its_repr() -> None:
    message = sent(judge(replace(SLOT, channels=(EMAIL,))))
    for secret in (message.address, message.text, message.subject, "Sam"):
        assert secret not in repr(message)


def test_a_slot_whose_life_is_over_is_missed_and_after_an_attempt_it_has_failed() -> None:
    late = SLOT.expires_at
    assert judge(SLOT, now=late) == End(State.MISSED, "too late")
    assert judge(replace(SLOT, attempts=1), now=late) == End(State.FAILED, "too late")
    assert isinstance(judge(SLOT, now=late - timedelta(seconds=1)), Send)


def test_nothing_goes_to_someone_who_opted_out_not_even_what_they_asked_for() -> None:
    out = Standing(opted_out=True)
    assert judge(SLOT, standing=out) == End(State.SUPPRESSED, "opted out")
    assert judge(replace(SLOT, asked=True), standing=out) == End(State.SUPPRESSED, "opted out")


def test_nothing_goes_before_consent() -> None:
    assert judge(SLOT, preferences=replace(PERSON, consent=Consent.ASKED)) == End(State.SUPPRESSED, "no consent yet")


def test_what_answers_a_stop_goes_out_and_so_does_the_request_for_consent() -> None:
    answer = replace(SLOT, cause="reply:1", kind="stopped", owner_day=None, asked=True)
    assert isinstance(judge(answer, standing=Standing(opted_out=True)), Send)
    request = replace(WELCOME, cause="consent:me", kind="consent")
    assert isinstance(judge(request, preferences=replace(PERSON, consent=Consent.ASKED)), Send)


def test_after_an_end_nothing_goes_out_but_its_own_line() -> None:
    ended = Standing(ended=Ended.LOSS)
    for delivery in (SLOT, WELCOME, replace(SLOT, asked=True)):
        assert judge(delivery, standing=ended) == End(State.CANCELLED, "ended by the person")
    assert isinstance(judge(replace(SLOT, kind="loss", owner_day=None, asked=True), standing=ended), Send)


def test_an_address_on_hold_is_passed_over_for_the_next_channel_or_is_the_end() -> None:
    judging = Judging(Routines(DEFAULTS), Wording(Renderer(), b"key"), NINE, lambda *_: None)
    held = Ready(replace(SLOT, channels=(EMAIL, SMS)), PERSON, CONTACTS, Standing(), contact_held=True)
    assert judging(held) == Divert("its address is on hold after three failures")
    only = replace(held, delivery=replace(SLOT, channels=(EMAIL,)))
    assert judging(only) == End(State.FAILED, "its address is on hold after three failures")


def test_an_unknown_email_may_be_sent_again_to_an_address_on_hold() -> None:
    """It has no other channel while nobody knows whether it arrived; the repeat may say so."""
    judging = Judging(Routines(DEFAULTS), Wording(Renderer(), b"key"), NINE, lambda *_: None)
    doubtful = replace(SLOT, channels=(EMAIL, SMS), state=State.UNKNOWN, attempts=1)
    assert isinstance(judging(Ready(doubtful, PERSON, CONTACTS, Standing(), contact_held=True)), Send)


def test_a_slot_that_the_next_one_overtook_is_not_sent_and_the_welcome_is_overtaken_by_nothing() -> None:
    judging = Judging(Routines(DEFAULTS), Wording(Renderer(), b"key"), NINE, lambda *_: None)
    ready = Ready(SLOT, PERSON, CONTACTS, Standing(), overtaken=True)
    assert judging(ready) == End(State.MISSED, "overtaken by the next one")
    tried = replace(ready, delivery=replace(SLOT, attempts=1))
    assert judging(tried) == End(State.FAILED, "overtaken by the next one")
    assert isinstance(judging(replace(ready, delivery=WELCOME)), Send)


def test_quiet_hours_silence_a_slot_and_end_a_retry() -> None:
    alive = replace(SLOT, expires_at=NIGHT + timedelta(hours=1))
    assert judge(alive, now=NIGHT) == End(State.SUPPRESSED, "quiet hours")
    assert judge(replace(alive, attempts=1), now=NIGHT) == End(State.FAILED, "too late")
    assert judge(replace(alive, channels=(CONSOLE,)), now=NIGHT) == End(State.SUPPRESSED, "quiet hours")


def test_what_the_person_asked_for_comes_in_quiet_hours_and_in_a_pause() -> None:
    asked = replace(SLOT, asked=True, expires_at=NIGHT + timedelta(hours=1))
    paused = Standing(paused_until=NIGHT + timedelta(days=2))
    assert isinstance(judge(asked, now=NIGHT, standing=paused), Send)


def test_the_welcome_waits_for_quiet_hours_to_end_but_not_on_the_console() -> None:
    assert judge(WELCOME, now=NIGHT) == Hold(MORNING)
    assert isinstance(judge(replace(WELCOME, channels=(CONSOLE,)), now=NIGHT), Send)


def test_the_welcome_waits_for_a_pause_to_end() -> None:
    until = NINE + timedelta(days=1)
    held = judge(WELCOME, preferences=replace(PERSON, paused_until=until))
    assert held == Hold(until, expires_at=max(WELCOME.expires_at, until + AFTER_PAUSE))


def test_after_a_pause_longer_than_its_life_the_welcome_has_a_day_more() -> None:
    until = WELCOME.expires_at + timedelta(days=30)
    assert judge(WELCOME, preferences=replace(PERSON, paused_until=until)) == Hold(
        until, expires_at=until + timedelta(days=1)
    )


def test_a_pause_is_over_at_its_end() -> None:
    assert isinstance(judge(WELCOME, preferences=replace(PERSON, paused_until=NINE)), Send)


def test_a_slot_that_comes_up_in_a_pause_is_suppressed() -> None:
    paused = Standing(paused_until=NINE + timedelta(minutes=1))
    assert judge(SLOT, standing=paused) == End(State.SUPPRESSED, "paused")
    assert isinstance(judge(SLOT, standing=Standing(paused_until=NINE)), Send)


def test_a_nudge_that_was_switched_off_meanwhile_is_cancelled() -> None:
    off = replace(PERSON, nudges=(NudgePreference("hydration", on=False),))
    assert judge(SLOT, preferences=off) == End(State.CANCELLED, "switched off")


def test_a_missing_contact_is_a_failure_that_says_which() -> None:
    assert judge(SLOT, contacts=Contacts()) == End(State.FAILED, "no contact for sms")


def test_a_bad_template_holds_up_that_delivery_only_and_tells_no_words(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "hydration.toml").write_text("sms = [")
    errors: list[str] = []
    wording = Wording(Renderer(tmp_path), b"key")
    judging = Judging(Routines(DEFAULTS), wording, NINE, lambda person, kind, _: errors.append(f"{person} {kind}"))
    ready = Ready(SLOT, PERSON, CONTACTS, Standing())
    assert judging(ready) == Hold(NINE + timedelta(seconds=30), failed=True)
    assert isinstance(judging(replace(ready, delivery=WELCOME)), Send)
    assert errors == ["me hydration"]


def test_a_delivery_that_cannot_be_prepared_is_retried_five_times_at_growing_pauses_and_then_given_up() -> None:
    broken = replace(PERSON, timezone="Mars/Base")
    pauses: list[float] = []
    delivery, now = SLOT, NINE
    while isinstance(judgement := judge(delivery, now=now, preferences=broken), Hold):
        assert judgement.failed
        pauses.append((judgement.until - now).total_seconds())
        delivery, now = replace(delivery, failures=delivery.failures + 1), judgement.until
    assert pauses == [30, 60, 120, 240, 480]
    reason = "gave up after 6 tries: it could not be prepared (ZoneInfoNotFoundError)"
    assert judgement == End(State.FAILED, reason)


def test_a_delivery_is_not_retried_past_its_life() -> None:
    broken = replace(PERSON, timezone="Mars/Base")
    brief = replace(SLOT, expires_at=NINE + timedelta(seconds=30))
    reason = "gave up after 1 try: it could not be prepared (ZoneInfoNotFoundError)"
    assert judge(brief, preferences=broken) == End(State.FAILED, reason)


def test_a_person_whose_row_cannot_be_read_gets_nothing() -> None:
    errors: list[Exception] = []
    judging = Judging(Routines(DEFAULTS), Wording(Renderer(), b"key"), NINE, lambda *told: errors.append(told[2]))
    fault = ValueError("not a document")
    assert judging(Ready(SLOT, PERSON, CONTACTS, Standing(), fault=fault)) == Hold(
        NINE + timedelta(seconds=30), failed=True
    )
    assert errors == [fault]
    assert judging.judged == 1


def test_an_email_leads_to_what_its_person_may_do_and_an_sms_has_no_links() -> None:
    asked: list[tuple[str, int]] = []

    def links(handle: str, delivery: Delivery) -> Links:
        asked.append((handle, delivery.id))
        return Links(done="https://legup.example/done", stop_all="https://legup.example/stop")

    wording = Wording(Renderer(), b"key", links=links)
    judging = Judging(Routines(DEFAULTS), wording, NINE, lambda *_: None)
    by_email, by_sms = (
        sent(judging(Ready(replace(SLOT, channels=(channel,)), PERSON, CONTACTS, Standing(), handle="h4ndle")))
        for channel in (EMAIL, SMS)
    )
    assert "https://legup.example/done" in by_email.text
    assert by_email.unsubscribe == "https://legup.example/stop"
    assert "https://" not in by_sms.text
    assert by_sms.unsubscribe is None
    assert asked == [("h4ndle", SLOT.id)]

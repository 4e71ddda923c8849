"""Messages composed at one look are those that would be composed one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

from config.person import ChannelName, Contacts, Preferences
from messages.message import Details, Links
from messages.rendering import Renderer
from scheduler.delivery.composing import Composing, Wording, address_of
from scheduler.delivery.delivery import State
from scheduler.delivery.judgement import Ready
from scheduler.delivery.standing import Standing
from tests.standins.deliveries import a_delivery
from tests.standins.letters import NOW

LONDON = Preferences("Europe/London", channels=(ChannelName.SMS,))
SAM = Contacts("Sam", "+447946000001", "sam@example.org", "json://localhost")
WORDING = Wording(Renderer(), b"key", replies=True, links=lambda handle, _: Links(stop_all=f"https://x/{handle}"))
SLOT = a_delivery(State.PENDING, kind="hydration", attempts=0)


def test_each_message_of_many_is_the_one_it_would_be_alone() -> None:
    who = [
        Ready(delivery, preferences, contacts, Standing(), handle=contacts.name)
        for kind, channel, variant, due, day, details, preferences, contacts in product(
            ("hydration", "paused"),
            ChannelName,
            (0, 1),
            (NOW, NOW + timedelta(minutes=30)),
            (None, date(2026, 11, 23)),
            (Details(), Details(count=3), Details(until=NOW + timedelta(days=1))),
            (LONDON, replace(LONDON, discreet=False), replace(LONDON, timezone="Asia/Tokyo")),
            (SAM, replace(SAM, name="Kim")),
        )
        for delivery in [
            replace(SLOT, kind=kind, channels=(channel,), variant=variant, due_at=due, owner_day=day, details=details)
        ]
    ]
    together = Composing(WORDING)
    for ready in who:
        address = address_of("sam", ready.contacts, ready.delivery.channel) or ""
        assert together.message(ready, address) == Composing(WORDING).message(ready, address)


def test_a_text_is_rendered_once_for_all_who_get_it() -> None:
    class Counting(Renderer):
        rendered = 0

        def render(self, *asked: object) -> object:  # type: ignore[override]  # counts, and hands on
            Counting.rendered += 1
            return super().render(*asked)  # type: ignore[arg-type]

    composing = Composing(replace(WORDING, renderer=Counting()))
    texts = {composing.message(Ready(SLOT, LONDON, SAM, Standing()), f"+{number}").text for number in range(5)}
    assert (len(texts), Counting.rendered) == (1, 1)


def test_only_a_text_by_sms_offers_an_answer_and_only_where_one_is_read() -> None:
    def offered(channel: ChannelName, *, replies: bool) -> bool:
        ready = Ready(replace(SLOT, channels=(channel,)), LONDON, SAM, Standing())
        return "DONE" in Composing(replace(WORDING, replies=replies)).message(ready, "").text

    assert offered(ChannelName.SMS, replies=True)
    assert not offered(ChannelName.SMS, replies=False)
    assert not any(offered(channel, replies=True) for channel in (ChannelName.CONSOLE, ChannelName.APPRISE))


def test_an_instant_that_is_spoken_of_is_said_on_the_persons_own_clock() -> None:
    paused = replace(SLOT, kind="paused", owner_day=None, details=Details(until=NOW.replace(hour=3, minute=30)))
    ready = Ready(paused, replace(LONDON, timezone="Asia/Tokyo"), SAM, Standing())
    assert "12:30" in Composing(WORDING).message(ready, "").text


def test_every_channel_has_its_address() -> None:
    addresses = {channel: address_of("sam", SAM, channel) for channel in ChannelName}
    assert addresses == {
        ChannelName.CONSOLE: "sam",
        ChannelName.SMS: SAM.phone,
        ChannelName.EMAIL: SAM.email,
        ChannelName.APPRISE: SAM.apprise,
    }


def test_an_edited_template_counts_at_the_next_look(tmp_path: Path) -> None:
    file = tmp_path / "en" / "hydration.toml"
    file.parent.mkdir()
    email = '[[email]]\nsubject = "Water"\nbody = "Sip."\n'
    file.write_text(f'title = "water"\nsms = ["Sip."]\n{email}')
    wording, ready = replace(WORDING, renderer=Renderer(tmp_path)), Ready(SLOT, LONDON, SAM, Standing())
    looking = Composing(wording)
    assert looking.message(ready, "").text.startswith("Sip.")
    file.write_text(f'title = "water"\nsms = ["Drink up."]\n{email}')
    assert looking.message(ready, "").text.startswith("Sip.")
    assert Composing(wording).message(ready, "").text.startswith("Drink up.")

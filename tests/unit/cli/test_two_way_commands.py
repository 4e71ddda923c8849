"""The consent log, the cramp diary and taking back an end, from the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.person import ChannelName
from config.settings import Service
from scheduler.conversation.house import House
from scheduler.conversation.links import Links
from scheduler.conversation.reacting import hear
from scheduler.delivery.correspondence import Approach, Way
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.roster import planner
from scheduler.service.secret_key import derived, service_key
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.commands import Legup

NOW = datetime.now(UTC)
EVERYTHING = [("given", "file"), ("resumed", "operator"), ("stopped", "sms")]


@pytest.fixture
def outbox(file: Path, legup: Legup) -> Iterator[SqlOutbox]:
    """With Sam in it, who can be texted."""
    file.write_text(
        file.read_text().replace("name: Sam", "name: Sam\n    phone: '+447946007001'\n    channel: console")
    )
    assert legup("people", "resume", "sam").code == 0
    outbox = open_sqlite(file.parent / "state" / "legup.db", contact_key=b"not needed: they are named")
    yield outbox
    outbox.close()


def says(outbox: SqlOutbox, text: str, at: datetime = NOW) -> None:
    approach = Approach(f"sms:{text}{at}", Way.SMS, at, person="sam")
    outbox.converse(approach, hear(text, approach, House()), planner(Routines(nudge_defaults())), at)


def test_the_consent_log_says_when_and_by_which_way(legup: Legup, outbox: SqlOutbox) -> None:
    says(outbox, "STOP", NOW + timedelta(hours=1))
    told = legup("people", "consent", "sam")
    assert told.code == 0, told.err
    assert [line.split()[2:4] for line in told.out.splitlines()[1:-1]] == [list(each) for each in EVERYTHING]
    assert told.out.endswith("Times are those of Europe/London.\n")
    entries = json.loads(legup("people", "consent", "sam", "--json").out)
    assert [(each["what"], each["way"]) for each in entries] == EVERYTHING


def test_a_stranger_has_no_consent_log_no_diary_and_no_end(legup: Legup, outbox: SqlOutbox) -> None:
    for words in (("people", "consent", "ann"), ("cramps", "ann"), ("people", "restart", "ann", "--yes")):
        ended = legup(*words)
        assert ended.code == 1
        assert "'ann'" in ended.err


def test_the_diary_is_a_calendar_of_cramps_and_stretches(legup: Legup, outbox: SqlOutbox) -> None:
    for hours in (0, 1):
        says(outbox, "CRAMP", NOW - timedelta(hours=hours))
    says(outbox, "DONE")
    told = legup("cramps", "sam", "--weeks", "2")
    assert told.code == 0, told.err
    assert told.out.split()[:7] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert "2 cramps in 1 night" in told.out or "2 cramps in 2 nights" in told.out


def test_the_diary_comes_as_csv_and_as_json(legup: Legup, outbox: SqlOutbox) -> None:
    says(outbox, "CRAMP")
    (row,) = csv.DictReader(legup("cramps", "sam", "--csv").out.splitlines())
    assert (row["what"], row["nudge"]) == ("cramp", "")
    assert datetime.fromisoformat(row["time"]) == NOW.replace(second=0, microsecond=0)
    (day,) = json.loads(legup("cramps", "sam", "--json").out)
    assert (day["day"], day["cramps"]) == (row["day"], [row["time"]])
    assert legup("cramps", "sam", "--csv", "--json").code == 2


def test_the_link_to_a_page_is_shown_where_there_are_pages(file: Path, legup: Legup, outbox: SqlOutbox) -> None:
    assert "`web.enabled` must be on" in legup("people", "page", "sam").err
    with file.open("a") as more:
        more.write("\nweb: {enabled: on, public_url: 'https://legup.example.org'}\n")
    shown = legup("people", "page", "sam")
    assert shown.code == 0, shown.err
    links = Links(derived(service_key(Service(database=str(file.parent / "state" / "legup.db"))), "links"), "")
    assert links.read_page(shown.out.strip().removeprefix("https://legup.example.org/p/")) == outbox.handle_of("sam")
    assert "'ann'" in legup("people", "page", "ann").err


def test_only_an_operator_takes_back_an_end_and_says_so(legup: Legup, outbox: SqlOutbox) -> None:
    assert "has not ended anything" in legup("people", "restart", "sam", "--yes").err
    says(outbox, "LOSS")
    says(outbox, "START", NOW + timedelta(seconds=1))
    assert "they have ended it" in legup("send", "hydration", "--to", "sam").err
    assert legup("people", "restart", "sam").code == 2, "nobody is there to ask"
    ended = legup("people", "restart", "sam", "--yes")
    assert (ended.code, ended.out) == (0, "The nudges of sam begin again.\n")
    known = outbox.person("sam")
    assert known is not None
    assert known[1].ended is None
    assert outbox.consents("sam")[-1].what == "restarted"
    assert ChannelName.CONSOLE in known[0].preferences.channels


def test_an_end_that_came_with_a_stop_leaves_the_stop(legup: Legup, outbox: SqlOutbox) -> None:
    says(outbox, "BORN")
    says(outbox, "STOP", NOW + timedelta(seconds=1))
    assert "they had also said stop" in legup("people", "restart", "sam", "--yes").out


def test_what_a_person_gets_is_shown_beside_what_the_file_says(legup: Legup, outbox: SqlOutbox) -> None:
    assert legup("people", "show", "sam").out.endswith("As the file says.\n")
    says(outbox, "LESS WATER", NOW + timedelta(hours=1))
    says(outbox, "STOP STRETCH", NOW + timedelta(hours=2))
    says(outbox, "ESPAÑOL", NOW + timedelta(hours=3))
    says(outbox, "PAUSE 3 DAYS", NOW + timedelta(hours=4))
    told = json.loads(legup("people", "show", "sam", "--json").out)
    assert told["differs"] == ["language", "nudges.bedtime_stretch", "nudges.hydration"]
    assert told["gets"]["nudges.hydration"] == "every 3 h from 09:00 to 18:00, 1 in 2"
    assert (told["gets"]["nudges.bedtime_stretch"], told["gets"]["language"]) == ("off", "es")
    assert told["file"]["nudges.bedtime_stretch"] == "30 min before bedtime"
    assert told["standing"][0].startswith("Paused until ")
    shown = legup("people", "show", "sam").out
    assert "every 3 h from 09:00 to 18:00, 1 in 2" in shown
    assert "they have changed it themselves" in shown


def test_what_silences_a_person_is_shown_and_of_an_end_never_which(legup: Legup, outbox: SqlOutbox) -> None:
    says(outbox, "BORN", NOW + timedelta(hours=1))
    says(outbox, "STOP", NOW + timedelta(hours=2))
    shown = legup("people", "show", "sam").out
    assert "They said stop: nothing is sent." in shown
    assert "They have ended it: no nudges are sent." in shown
    assert "born" not in shown.lower()
    assert legup("people", "show", "ann").code == 1


def test_a_kind_that_they_stopped_is_not_sent_by_an_operator_either(legup: Legup, outbox: SqlOutbox) -> None:
    says(outbox, "STOP WATER")
    for more in ((), ("--dry-run",)):
        ended = legup("send", "hydration", "--to", "sam", *more)
        assert (ended.code, ended.err) == (1, "legup: no hydration is sent to sam: they have stopped that kind\n")
    assert legup("send", "bedtime_stretch", "--to", "sam").code == 0

"""Rosters on a real database: coming in, coming again, following their plans, and what outlives them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.loading import load
from config.settings import Config
from scheduler.clock import SystemClock
from scheduler.delivery.ports import RosterChange
from scheduler.service.assembly import channels_in_use, enrol, open_outbox
from scheduler.service.defaults import nudge_defaults
from scheduler.service.doorbell import ring
from scheduler.service.importing import Roster
from scheduler.service.rosters import Choice, import_roster, keep_up, origins, reader_of
from scheduler.service.running import Running
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.clock import StillClock
from tests.standins.outbox_parts import KEY
from tests.standins.screen import Screen

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PLANS = """\
timezone: UTC
plans:
  standard: {nudges: {hydration: at 09:00}}
  late: {nudges: {hydration: at 12:00}}
"""
ROSTER = """\
id,email,plan,consent,consent_source,consent_date
a,a@example.org,standard,,form,2026-11-01
b,,late,,,
c,,standard,asked,,
"""

Configure = Callable[[str], Config]
Import = Callable[..., RosterChange]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    def read(text: str) -> Config:
        source = tmp_path / "legup.yaml"
        source.write_text(text)
        loaded = load(source, nudges=tuple(nudge_defaults()), languages=lambda _: ("en",), environ={})
        assert loaded.config is not None, loaded.faults
        return loaded.config

    return read


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[SqlOutbox]:
    with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as outbox:
        yield outbox


@pytest.fixture
def bring(tmp_path: Path, outbox: SqlOutbox, configure: Configure) -> Import:
    def come_in(text: str = ROSTER, config: Config | None = None, now: datetime = NOW, **choice: bool) -> RosterChange:
        settings = config or configure(PLANS)
        source = tmp_path / "roster.csv"
        source.write_text(text)
        roster = Roster(source, reader_of(settings, date(2026, 11, 23)))
        assert list(roster.findings(origins(settings, outbox), lambda _: None)) == []
        return import_roster(outbox, roster, settings, now, Choice(**choice), lambda _: None)

    return come_in


def messages(outbox: SqlOutbox) -> list[tuple[str, str]]:
    return [(each.person, each.kind) for each in outbox.deliveries(NOW - DAY, NOW + DAY)]


def due(outbox: SqlOutbox) -> datetime | None:
    return outbox.overview(NOW).next_due_at


def test_a_roster_is_welcomed_or_asked_and_the_consent_log_says_where_they_agreed(
    outbox: SqlOutbox, bring: Import
) -> None:
    assert bring() == RosterChange(added=3)
    assert messages(outbox) == [("a", "welcome"), ("b", "welcome"), ("c", "consent")]
    assert [(each.what, each.way, each.detail) for each in outbox.consents("a")] == [
        ("given", "roster", "form, 2026-11-01")
    ]
    assert due(outbox) == NOW.replace(hour=9)


def test_the_same_roster_again_changes_nothing(outbox: SqlOutbox, bring: Import) -> None:
    bring()
    assert bring(now=NOW + DAY) == RosterChange()
    assert len(messages(outbox)) == 3


def test_without_a_welcome_nobody_is_welcomed_not_by_a_later_edit_of_a_plan_either(
    outbox: SqlOutbox, bring: Import, configure: Configure
) -> None:
    bring("id,plan\na,standard\n", welcome=False)
    keep_up(outbox, configure(PLANS.replace("09:00", "10:00")), NOW)
    assert messages(outbox) == []


def test_whoever_is_not_in_it_stays_unless_it_is_the_whole(outbox: SqlOutbox, bring: Import) -> None:
    bring()
    assert bring("id,plan\na,standard\n") == RosterChange(changed=1)
    assert bring("id,plan\na,standard\n", whole=True) == RosterChange(removed=2)


def test_a_stop_outlives_every_import(outbox: SqlOutbox, bring: Import) -> None:
    bring()
    outbox.opt_out("a", NOW, "operator")
    bring(ROSTER.replace("standard", "late"))
    found = outbox.person("a")
    assert found is not None
    assert found[1].opted_out


def test_an_edited_plan_is_followed_at_the_next_start_by_its_people_alone(
    outbox: SqlOutbox, bring: Import, configure: Configure
) -> None:
    bring()
    done = keep_up(outbox, configure(PLANS.replace("09:00", "10:00")), NOW)
    assert (done.plans, done.people, done.gone, done.kept) == (["standard"], 2, [], [])
    assert due(outbox) == NOW.replace(hour=10)
    assert keep_up(outbox, configure(PLANS.replace("09:00", "10:00")), NOW).plans == []


def test_the_top_of_the_file_is_followed_by_everyone(outbox: SqlOutbox, bring: Import, configure: Configure) -> None:
    bring()
    done = keep_up(outbox, configure(PLANS.replace("UTC", "Europe/Paris")), NOW)
    assert (done.plans, done.people) == (["", "late", "standard"], 3)
    assert due(outbox) == NOW.replace(hour=8)


def test_an_import_brings_those_who_are_there_up_to_date_first(
    outbox: SqlOutbox, bring: Import, configure: Configure
) -> None:
    bring()
    bring("id,plan\nd,late\n", configure(PLANS.replace("09:00", "10:00")))
    assert due(outbox) == NOW.replace(hour=10)


def test_people_whose_plan_is_gone_keep_what_it_said_and_it_is_logged(
    outbox: SqlOutbox, bring: Import, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    bring()
    with caplog.at_level(logging.INFO, "legup.roster"):
        done = keep_up(outbox, configure(PLANS.replace("  late:", "  other:")), NOW)
    assert (done.gone, done.people) == (["late"], 0)
    assert caplog.messages == ['the config file has no plan "late" any more; its people keep what it said last']
    assert outbox.person("b") is not None


def test_people_whose_row_does_not_fit_the_plan_any_more_keep_what_they_had(
    outbox: SqlOutbox, bring: Import, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    bring("id,plan,bedtime\na,standard,20:00\nb,standard,\n")
    before = outbox.person("a")
    done = keep_up(outbox, configure(PLANS.replace("09:00", "21:00")), NOW)
    assert (done.kept, done.people) == (["a"], 1)
    assert outbox.person("a") == before
    assert "keep what they had" in caplog.text


def test_a_start_brings_rosters_up_to_date_and_leaves_out_ids_that_they_have(
    outbox: SqlOutbox, bring: Import, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    bring()
    config = configure(PLANS.replace("09:00", "10:00") + "people: [{id: a, nudges: {hydration: at 07:00}}, {id: z}]\n")
    change = enrol(config, outbox, StillClock(NOW))
    assert (change.added, change.elsewhere) == (1, ("a",))
    assert due(outbox) == NOW.replace(hour=10)
    assert "left out of the config file, for a roster has their ids: a" in caplog.text


def test_an_id_of_the_file_is_known_before_any_run_has_read_it(outbox: SqlOutbox, configure: Configure) -> None:
    config = configure(PLANS + "people: [{id: a, nudges: {hydration: on}}]\n")
    assert origins(config, outbox)(["a", "b"]) == {"a": "file"}
    assert origins(config, None)(["a", "b"]) == {"a": "file"}


def test_a_channel_that_only_a_plan_names_is_in_use(configure: Configure) -> None:
    text = "timezone: UTC\nplans: {p: {channel: apprise, nudges: {hydration: on}}}\n"
    assert "apprise" in channels_in_use(configure(text))


def test_what_comes_in_while_the_service_runs_is_taken_in_at_once(tmp_path: Path, configure: Configure) -> None:
    config = configure(f"{PLANS}database: {tmp_path / 'legup.db'}\nsecret_key: {'x' * 40}\n")
    source = tmp_path / "roster.csv"
    source.write_text("id,plan\na,standard\n")
    screen = Screen()
    with Running(config, SystemClock(), screen) as running:
        running.start()
        with closing(open_outbox(config.service)) as other:
            roster = Roster(source, reader_of(config, date(2026, 11, 23)))
            assert list(roster.findings(origins(config, other), lambda _: None)) == []
            import_roster(other, roster, config, SystemClock().now(), Choice(), lambda _: None)
        assert ring(tmp_path / "legup.db")
        [welcome] = screen.welcomes.wait_for(1, timeout=20)
    assert "(to a)" in welcome

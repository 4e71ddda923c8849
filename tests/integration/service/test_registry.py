"""People of rosters one by one, on a real database: who comes, who is known, who is refused, who goes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.loading import load
from config.settings import Config
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Outbox
from scheduler.delivery.rosters import FILE
from scheduler.delivery.routines import Routines
from scheduler.delivery.text_message import TextMessage
from scheduler.service.assembly import enrol
from scheduler.service.defaults import nudge_defaults
from scheduler.service.registry import (
    FaultyRowError,
    FiledError,
    Held,
    OutdatedError,
    Registry,
    Stand,
    StrangerError,
)
from scheduler.service.roster import enrolments
from scheduler.service.rosters import keep_up
from scheduler.service.two_way import build_desk
from scheduler.storage.postgres import open_postgres
from scheduler.storage.sqlite import open_sqlite
from tests.standins.clock import StillClock
from tests.standins.outbox_parts import KEY

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FILE_TEXT = """\
timezone: UTC
plans:
  standard: {nudges: {hydration: at 09:00}}
  late: {nudges: {hydration: at 12:00}}
people: [{id: sam, nudges: {hydration: at 09:00}}]
"""

Configure = Callable[[str], Config]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    def read(text: str) -> Config:
        source = tmp_path / "legup.yaml"
        source.write_text(text)
        loaded = load(source, nudges=tuple(nudge_defaults()), languages=lambda _: ("en", "es"), environ={})
        assert loaded.config is not None, loaded.faults
        return loaded.config

    return read


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as opened:
        yield opened


class Place:
    """A registry, what it was made of, and how often it woke who sends."""

    def __init__(self, config: Config, outbox: Outbox) -> None:
        self.config = config
        self.outbox = outbox
        self.clock = StillClock(NOW)
        self.kicks = 0
        self.registry = Registry(config, outbox, self.clock, self._kick)

    def messages(self) -> list[tuple[str, str, State]]:
        return [(each.person, each.kind, each.state) for each in self.outbox.deliveries(NOW - DAY, NOW + 9 * DAY)]

    def _kick(self) -> None:
        self.kicks += 1


@pytest.fixture
def place(configure: Configure, outbox: Outbox) -> Place:
    return Place(configure(FILE_TEXT), outbox)


def test_somebody_new_is_planned_for_welcomed_and_sent_to_at_once(place: Place) -> None:
    kept = place.registry.keep("ann", {"plan": "standard", "consent_source": "clinic form"})
    assert (kept.new, kept.warnings) == (True, ())
    assert kept.held == Held({"id": "ann", "plan": "standard", "consent_source": "clinic form"}, Stand.ACTIVE)
    assert place.messages() == [("ann", "welcome", State.PENDING)]
    assert place.outbox.overview(NOW).next_due_at == NOW.replace(hour=9)
    assert [(each.what, each.way, each.detail) for each in place.outbox.consents("ann")] == [
        ("given", "roster", "clinic form")
    ]
    assert place.kicks == 1


def test_the_same_row_again_changes_nothing_and_wakes_nobody(place: Place) -> None:
    for _ in range(2):
        kept = place.registry.keep("ann", {"plan": "standard"})
    assert not kept.new
    assert (len(place.messages()), place.kicks) == (1, 1)


def test_a_row_replaces_the_whole_of_the_one_before(place: Place) -> None:
    place.registry.keep("ann", {"plan": "standard", "name": "Ann", "wake": "06:00"})
    kept = place.registry.keep("ann", {"plan": "late", "name": None})
    assert (kept.new, dict(kept.held.row)) == (False, {"id": "ann", "plan": "late"})
    assert place.outbox.overview(NOW).next_due_at == NOW.replace(hour=12)


def test_whoever_moves_in_from_elsewhere_may_be_spared_the_welcome(place: Place) -> None:
    assert place.registry.keep("ann", {"plan": "standard"}, welcome=False).new
    assert place.messages() == []


def test_contacts_are_shown_as_they_were_understood_and_doubts_are_told(place: Place) -> None:
    kept = place.registry.keep("ann", {"plan": "standard", "phone": "+44 7911 123456"})
    assert kept.held.row["phone"] == "+447911123456"
    kept = place.registry.keep("ann", {"plan": "standard", "phone": "+441999999999"})
    assert [(each.path, each.warning) for each in kept.warnings] == [(("phone",), True)]


@pytest.mark.parametrize(
    ("person", "row", "field"),
    [
        ("ann", {"plan": "standart"}, "plan"),
        ("ann", {"phone": "12"}, "phone"),
        ("ann", {"plam": "standard"}, "plam"),
        ("ann", {"id": "eve"}, "id"),
        ("no blank", {"plan": "standard"}, "id"),
        ("ann", {"nudges": {"hydration": {"when": "at noon"}}}, "nudges.hydration.when"),
    ],
)
def test_every_fault_is_told_with_its_field_and_nothing_is_changed(
    place: Place, person: str, row: dict[str, object], field: str
) -> None:
    with pytest.raises(FaultyRowError) as raised:
        place.registry.keep(person, row)
    assert field in [".".join(map(str, fault.path)) for fault in raised.value.faults]
    assert (place.messages(), place.kicks) == ([], 0)


def test_a_person_of_the_file_is_not_the_registrys_whether_a_start_has_read_them_or_not(place: Place) -> None:
    for _ in range(2):
        with pytest.raises(FiledError, match='"sam" is in the config file'):
            place.registry.keep("sam", {"plan": "standard"})
        with pytest.raises(FiledError):
            place.registry.held("sam")
        with pytest.raises(FiledError):
            place.registry.take_away("sam")
        enrol(place.config, place.outbox, place.clock)
    assert place.outbox.person("sam") is not None


def test_whom_another_file_has_enrolled_is_not_the_registrys_either(place: Place, configure: Configure) -> None:
    enrol(configure(FILE_TEXT.replace("id: sam", "id: kim")), place.outbox, place.clock)
    with pytest.raises(FiledError):
        place.registry.keep("kim", {"plan": "standard"})
    assert place.outbox.origins(["kim"]) == {"kim": FILE}


def test_of_a_start_and_the_registry_who_bring_the_same_id_one_has_the_person(
    place: Place, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = configure(FILE_TEXT.replace("id: sam", "id: kim"))
    note = place.outbox.note_plans

    def overtaken(fingerprints: Mapping[str, str]) -> None:
        note(fingerprints)
        place.outbox.enrol(enrolments(file.people, Routines(nudge_defaults()), NOW), NOW)

    monkeypatch.setattr(place.outbox, "note_plans", overtaken)
    with pytest.raises(FiledError, match='"kim" is in the config file'):
        place.registry.keep("kim", {"plan": "standard"})
    assert place.outbox.origins(["kim"]) == {"kim": FILE}


@pytest.mark.parametrize("person", ["nobody", "no blank", "\0", "x" * 65, ""])
def test_who_is_not_there_is_neither_shown_nor_taken_away(place: Place, person: str) -> None:
    with pytest.raises(StrangerError):
        place.registry.held(person)
    with pytest.raises(StrangerError):
        place.registry.take_away(person)


def test_who_is_taken_away_gets_nothing_more_and_may_come_back(place: Place) -> None:
    place.registry.keep("ann", {"plan": "standard"})
    place.registry.take_away("ann")
    assert place.messages() == [("ann", "welcome", State.CANCELLED)]
    assert place.outbox.overview(NOW).next_due_at is None
    with pytest.raises(StrangerError):
        place.registry.held("ann")
    assert place.registry.keep("ann", {"plan": "standard"}).new


def test_a_stop_outlives_going_and_coming(place: Place) -> None:
    place.registry.keep("ann", {"plan": "standard"})
    place.outbox.opt_out("ann", NOW, "operator")
    assert place.registry.held("ann").stand is Stand.STOPPED
    place.registry.take_away("ann")
    assert place.registry.keep("ann", {"plan": "late"}).held.stand is Stand.STOPPED


def test_who_was_asked_is_waited_for(place: Place) -> None:
    assert place.registry.keep("ann", {"plan": "standard", "consent": "asked"}).held.stand is Stand.ASKED
    assert place.messages() == [("ann", "consent", State.PENDING)]


def test_a_pause_is_told_while_it_lasts_whoever_made_it(place: Place) -> None:
    place.registry.keep("ann", {"plan": "standard", "paused_until": "2026-11-25"})
    assert (place.registry.held("ann").stand, place.registry.held("ann").paused_until) == (
        Stand.PAUSED,
        datetime(2026, 11, 25, tzinfo=UTC),
    )
    place.outbox.pause("ann", NOW + 5 * DAY, NOW)
    assert place.registry.held("ann").paused_until == NOW + 5 * DAY
    place.clock.set(NOW + 6 * DAY)
    assert place.registry.held("ann") == Held(place.registry.held("ann").row, Stand.ACTIVE)


def test_of_an_end_is_told_that_there_is_one_and_of_a_change_which_key(place: Place) -> None:
    place.registry.keep("ann", {"plan": "standard", "phone": "+447911123456"})
    desk = build_desk(place.config, place.outbox, place.clock, lambda: None)
    for number, said in enumerate(("ESPAÑOL", "BORN")):
        desk.text(TextMessage(f"SM{number}", "+447911123456", "+15005550006", said, NOW))
    held = place.registry.held("ann")
    assert (held.stand, held.changed) == (Stand.ENDED, ("language",))
    assert "born" not in repr(held).lower()


def test_due_dates_are_judged_by_the_day_on_which_a_row_comes(place: Place) -> None:
    row = {"plan": "standard", "due_date": "2027-08-10"}
    early = place.registry.keep("ann", row)
    place.clock.set(datetime(2027, 12, 1, tzinfo=UTC))
    late = place.registry.keep("ann", row)
    assert [fault.path for fault in (*early.warnings, *late.warnings)] == [("due_date",)]


def test_nobody_comes_by_a_plan_that_has_been_changed_since(place: Place, configure: Configure) -> None:
    place.registry.keep("ann", {"plan": "standard"})
    newer = configure(FILE_TEXT.replace("standard: {nudges: {hydration: at 09:00}}", "standard: {spread: 5 min}"))
    keep_up(place.outbox, newer, NOW)
    with pytest.raises(OutdatedError, match='plan "standard" has been changed'):
        place.registry.keep("eve", {"plan": "standard"})
    with pytest.raises(StrangerError):
        place.registry.held("eve")
    assert place.registry.keep("eve", {"plan": "late"}).new
    assert Registry(newer, place.outbox, place.clock, lambda: None).keep("kim", {"plan": "standard"}).new


def test_the_top_of_the_file_counts_as_a_plan(place: Place, configure: Configure) -> None:
    keep_up(place.outbox, configure(FILE_TEXT.replace("UTC", "Europe/Paris")), NOW)
    with pytest.raises(OutdatedError, match="the top of the config file"):
        place.registry.keep("eve", {"nudges": {"hydration": "at 08:00"}})


def test_a_start_with_a_newer_file_plans_anew_for_whom_the_registry_brought(place: Place, configure: Configure) -> None:
    place.registry.keep("ann", {"plan": "standard"})
    keep_up(place.outbox, configure(FILE_TEXT.replace("hydration: at 09:00", "hydration: at 10:00")), NOW)
    assert place.outbox.overview(NOW).next_due_at == NOW.replace(hour=10)


def test_many_may_bring_the_same_person_at_once_and_see_them_go_where_workers_share_the_database(
    configure: Configure, postgres_database: str
) -> None:
    with closing(open_postgres(postgres_database, contact_key=KEY)) as shared:
        place = Place(configure(FILE_TEXT), shared)
        _in_threads(place, 8)
        assert place.messages() == [("ann", "welcome", State.PENDING)]
        place.registry.take_away("ann")
        with pytest.raises(StrangerError):
            place.registry.held("ann")


def test_many_may_bring_the_same_person_at_once(place: Place) -> None:
    _in_threads(place, 8)
    assert place.messages() == [("ann", "welcome", State.PENDING)]


def _in_threads(place: Place, number: int) -> None:
    """So many bring Ann; to one of them she is new."""
    new: list[bool] = []

    def keep() -> None:
        new.append(place.registry.keep("ann", {"plan": "standard"}).new)

    threads = [threading.Thread(target=keep) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [False] * (number - 1) + [True]

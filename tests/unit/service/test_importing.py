"""Looking through a roster: what is told, what is counted, and what is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from multiprocessing import active_children
from os import cpu_count
from pathlib import Path

import pytest

from config.fault import Fault
from config.person import ChannelName, Preferences
from config.roster_file import NoRoster
from config.roster_row import Ground, RowReader
from config.settings import Plans, Wishes
from scheduler.service.importing import Roster

Look = Callable[..., tuple[list[str], Roster]]

TOP = Wishes.model_validate({"timezone": "Europe/London", "nudges": {"hydration": "on"}})


def origins(people: Collection[str]) -> dict[str, str]:
    return {each: each.partition("-")[0] for each in people if each.startswith(("file-", "roster-"))}


def reader() -> RowReader:
    return RowReader(Ground(Plans(TOP), ("hydration",), ("en",), tuple(ChannelName)), _sound)


def _sound(_preferences: Preferences) -> Iterable[Fault]:
    return ()


@pytest.fixture
def look(tmp_path: Path) -> Look:
    def look_through(text: str, processes: int | None = 1) -> tuple[list[str], Roster]:
        source = tmp_path / "roster.csv"
        source.write_text(text)
        roster = Roster(source, reader, processes)
        found = [str(each).removeprefix(f"{source}:") for each in roster.findings(origins, lambda _: None)]
        return found, roster

    return look_through


def test_a_sound_roster_is_counted_and_gives_its_people_in_order(look: Look) -> None:
    found, roster = look("id\nroster-a\nb\nc\n")
    assert (found, roster.tally.rows, roster.tally.new, roster.tally.known) == ([], 3, 2, 1)
    assert [member.person.id for member in roster.members()] == ["roster-a", "b", "c"]


def test_every_fault_of_every_row_is_told_by_line_and_column_and_those_rows_are_left_out(look: Look) -> None:
    found, roster = look("id,wake,bedtime\na,7,8\nb,07:00,\nc d,,\n")
    assert found == [
        '2: wake: "7" is not a time: write it like "07:00" or "22:30"',
        '2: bedtime: "8" is not a time: write it like "07:00" or "22:30"',
        '4: id: an id has up to 64 letters, digits, ".", "_" or "-" and begins with a letter or digit',
    ]
    assert roster.tally.bad == {2, 4}
    assert [member.person.id for member in roster.members()] == ["b"]


def test_a_row_that_cannot_be_read_has_that_one_fault(look: Look) -> None:
    found, roster = look("id,wake\na,07:00,x,y\n")
    assert found == ["2: 4 cells for 2 columns: a cell with a comma needs quotes"]
    assert roster.tally.bad == {2}


def test_an_id_that_comes_again_is_a_fault_at_each_further_place(look: Look) -> None:
    found, roster = look("id\na\nb\na\na\n")
    assert found == ['4: id: "a" is there twice: see line 2', '5: id: "a" is there twice: see line 2']
    assert [member.person.id for member in roster.members()] == ["a", "b"]


def test_an_id_is_not_taken_by_a_row_with_faults(look: Look) -> None:
    found, roster = look("id,wake\na,x\na,07:00\n")
    assert len(found) == 1
    assert [member.person.id for member in roster.members()] == ["a"]


def test_an_id_of_the_config_file_is_a_fault(look: Look) -> None:
    found, roster = look("id\nfile-a\n")
    assert found == ['2: id: "file-a" is in the config file: give one of the two another id']
    assert (roster.tally.new, roster.tally.known) == (0, 0)


def test_a_warning_leaves_nobody_out(look: Look) -> None:
    found, roster = look("id,phone\na,+447700900123\n")
    assert found == ['2: warning: phone: no country gives out numbers like "...23": is a digit wrong?']
    assert (roster.tally.warnings, roster.tally.bad) == (1, set())


def test_a_long_roster_is_asked_about_in_parts(look: Look) -> None:
    found, roster = look(
        "id\n" + "".join(f"{'file-' if number % 1000 == 7 else ''}p{number}\n" for number in range(2_500))
    )
    assert len(found) == 3
    assert roster.tally.new == 2_497


def test_what_was_looked_through_is_what_comes_in_whatever_becomes_of_the_file(look: Look, tmp_path: Path) -> None:
    _, roster = look("id,wake\na,07:00\n")
    (tmp_path / "roster.csv").write_text("id,wake\na,x\n")
    assert [str(member.person.preferences.wake) for member in roster.members()] == ["07:00"]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_that_is_written_anew_while_it_is_read_brings_nobody(tmp_path: Path, processes: int) -> None:
    source = tmp_path / "roster.csv"
    source.write_text("id\n" + "".join(f"p{number}\n" for number in range(2_500)))
    roster = Roster(source, reader, processes)

    def write_anew(_rows: int) -> None:
        source.write_text("id\na\n")

    with pytest.raises(OSError, match="was changed while it was read"):
        list(roster.findings(origins, write_anew))


def test_processes_that_help_find_and_bring_the_same(look: Look) -> None:
    rows = [f"p{number},Ann,{'7' if number % 900 == 5 else '07:00'}" for number in range(3_500)]
    rows[2_100:2_103] = ["", "p1,again,", 'p"2",a,']
    text = "\n".join(["id,name,wake", *rows])
    found, roster = look(text)
    helped, with_help = look(text, processes=2)
    assert helped == found
    assert len(found) == 6
    assert with_help.tally == roster.tally
    assert list(with_help.members()) == list(roster.members())


def test_what_is_no_roster_is_refused_by_those_who_help_too(look: Look) -> None:
    with pytest.raises(NoRoster, match="unknown column"):
        look("id,nmae\na,Ann\n", processes=2)


def test_a_long_file_is_read_with_help(tmp_path: Path) -> None:
    source = tmp_path / "roster.csv"
    source.write_text("id,name\n" + "".join(f"p{number},{' ' * 1_000}\n" for number in range(15_000)))
    roster = Roster(source, reader)
    helping: set[int] = set()
    assert list(roster.findings(origins, lambda _: helping.add(len(active_children())))) == []
    assert len(list(roster.members())) == 15_000
    assert max(helping) == (2 if (cpu_count() or 1) > 1 else 0)
    assert active_children() == []

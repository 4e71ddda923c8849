from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.roster_file import LARGEST_LINE, NoRoster, Row, read_rows

Rows = Callable[..., list[Row]]


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    def read(text: str | bytes, name: str = "roster.csv") -> list[Row]:
        source = tmp_path / name
        source.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(read_rows(source))

    return read


def faults(found: list[Row]) -> list[tuple[int, str]]:
    return [(row.line, row.fault.text) for row in found if row.fault is not None]


def values(found: list[Row]) -> list[dict[str, Any]]:
    assert faults(found) == []
    return [dict(row.values) for row in found]


def test_a_cell_is_what_the_file_would_say_and_an_empty_one_says_nothing(rows: Rows) -> None:
    found = rows(
        "id,phone,daily_limit,discreet,channel,quiet_hours,wake\n"
        'p1,+44 7911 123456,6,no,"sms, email",22:30-07:00 13:00-14:00,06:30\n'
        "p2,,,,,none,\n"
    )
    assert values(found) == [
        {
            "id": "p1",
            "phone": "+44 7911 123456",
            "daily_limit": 6,
            "discreet": False,
            "channel": ["sms", "email"],
            "quiet_hours": ["22:30-07:00", "13:00-14:00"],
            "wake": "06:30",
        },
        {"id": "p2", "quiet_hours": []},
    ]


def test_a_row_knows_the_line_it_begins_on(rows: Rows) -> None:
    found = rows('id,name\n\np1,"two\nlines"\np2,Ann\n')
    assert [row.line for row in found] == [3, 5]


@pytest.mark.parametrize(
    "text", ["\N{BOM}id;plan\r\np1;standard\r\n", "ID ; Plan\np1; standard", "id;plan\rp1;standard\r"]
)
def test_what_table_programs_write_is_read(rows: Rows, text: str) -> None:
    assert values(rows(text)) == [{"id": "p1", "plan": "standard"}]


def test_a_line_of_json_is_one_person(rows: Rows) -> None:
    written = {"id": "p1", "nudges": {"hydration": "at 08:00"}, "daily_limit": 3}
    assert values(rows(json.dumps(written) + "\n\n", "roster.jsonl")) == [written]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the first row names the columns"),
        ("name,phone\nx,y\n", "the first row names the columns"),
        ("id,fone\n", 'unknown column "fone"; did you mean "phone"'),
        ("id,zzzzzz\n", 'unknown column "zzzzzz"; there are id, '),
        ("id,name,Name\n", 'the column "name" is there twice'),
        ("id,nudges\n", 'unknown column "nudges": a table has no room for it'),
    ],
)
def test_a_first_row_that_names_no_columns_is_refused(rows: Rows, text: str, message: str) -> None:
    with pytest.raises(NoRoster, match=message):
        rows(text)


def test_a_file_of_another_kind_is_refused(rows: Rows) -> None:
    with pytest.raises(NoRoster, match=r"a roster ends in \.csv or \.jsonl"):
        rows("id\n", "roster.xlsx")


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        (
            b"id,name\np1,Zo\xeb\n",
            "a.csv",
            [(2, "there are characters in it that are not UTF-8: save the file with that encoding")],
        ),
        (
            b'{"id": "p\xeb"}\n',
            "a.jsonl",
            [(1, "there are characters in it that are not UTF-8: save the file with that encoding")],
        ),
        ("id,name\np1,a,b\np2,c\n", "a.csv", [(2, "3 cells for 2 columns: a cell with a comma needs quotes")]),
        ('id,name\np1,"a"b\np2,c\n', "a.csv", [(2, "this row cannot be read as CSV: ',' expected after '\"'")]),
        ('id,name\np1,"a\n', "a.csv", [(2, "this row cannot be read as CSV: unexpected end of data")]),
        ('{"id": \n{"id": "b"}\n', "a.jsonl", [(1, "this line is no JSON: each line is one person, {...}")]),
        ("[" * 90_000, "a.jsonl", [(1, "this line is no JSON: each line is one person, {...}")]),
        ('["a"]\n', "a.jsonl", [(1, "a person is written with keys: {...}")]),
        (
            '{"id": "a", "timezone": "\\ud800"}\n{"id": "b", "name": "\\ud83d\\ude00"}\n',
            "a.jsonl",
            [(1, r"there is half a character in it, written as \ud800 to \udfff")],
        ),
        ('{"id": "a", "fone": 1}\n', "a.jsonl", [(1, 'unknown key "fone"; did you mean "phone"?')]),
    ],
)
def test_a_row_that_cannot_be_read_is_told_and_the_others_are_read(
    rows: Rows, text: str | bytes, name: str, found: list[tuple[int, str]]
) -> None:
    assert faults(rows(text, name)) == found


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_line_without_an_end_is_not_read_whole(rows: Rows, name: str) -> None:
    found = rows("id\n" + "x" * (3 * LARGEST_LINE) + "\n", name)
    assert len(found) >= 3

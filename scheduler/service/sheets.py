"""A roster's rows, a sheet at a time: what is found in them, and whom they bring. Done here, or by those who help."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from config.document import from_document, to_document
from config.fault import Fault
from config.person import Contacts, Person
from config.roster_file import SHEET, Row, Share, read_rows
from config.roster_row import Member, RowReader
from scheduler.storage.batches import batches

ReaderOf: TypeAlias = Callable[[], RowReader]
"""What makes a reader of rows: a function or partial of a module, so that another process can be given it."""

Packed: TypeAlias = tuple[str, str, str | None, str | None, str | None, str, str | None, str, str]
"""A member as they travel between processes: preferences as their document, of which many share one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What looking through some rows came to."""

    rows: int
    people: list[tuple[str, int]]
    """Those of sound rows: ids and lines."""
    faults: list[tuple[int, Fault]]
    """With their lines."""


def looked_through(source: Path, reader_of: ReaderOf, share: Share) -> Iterator[Sheet]:
    """Every sheet of a share. Raises NoRoster and OSError."""
    reader = reader_of()
    for rows in batches(read_rows(source, share), SHEET):
        sheet = Sheet(len(rows), [], [])
        for row in rows:
            member, faults = _read(reader, row)
            sheet.faults.extend((row.line, fault) for fault in faults)
            if all(fault.warning for fault in faults):
                sheet.people.append((member.person.id, row.line))
        yield sheet


def members(source: Path, reader_of: ReaderOf, bad: Collection[int], share: Share) -> Iterator[list[Member]]:
    """The people of every sheet of a share, without those of the lines that are bad."""
    reader = reader_of()
    for rows in batches(read_rows(source, share), SHEET):
        yield [_sound(reader, row, source) for row in rows if row.line not in bad]


def packed_members(source: Path, reader_of: ReaderOf, bad: Collection[int], share: Share) -> Iterator[list[Packed]]:
    """The same for another process."""
    return ([_packed(member) for member in sheet] for sheet in members(source, reader_of, bad, share))


def unpacked(packed: Packed) -> Member:
    person, name, phone, email, apprise, document, plan, entry, given = packed
    return Member(Person(person, from_document(document), Contacts(name, phone, email, apprise)), plan, entry, given)


def _packed(member: Member) -> Packed:
    person, contacts = member.person, member.person.contacts
    return (
        person.id,
        contacts.name,
        contacts.phone,
        contacts.email,
        contacts.apprise,
        to_document(person.preferences),
        member.plan,
        member.entry,
        member.given,
    )


def _read(reader: RowReader, row: Row) -> tuple[Member, list[Fault]]:
    member, faults = reader.read(row.values)
    return member, faults if row.fault is None else [row.fault]


def _sound(reader: RowReader, row: Row, source: Path) -> Member:
    member, faults = _read(reader, row)
    if any(not fault.warning for fault in faults):
        raise OSError(0, "the file was changed while it was read; import it again", str(source))
    return member

"""A roster's rows, a sheet at a time: what is found in them, and whom they bring. Done here, or by those who help."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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

_Folded: TypeAlias = tuple[int, str, Contacts, str, str | None, str, str]
"""The line of a member, and the member: preferences as their document, of which many share one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What looking through some rows came to."""

    rows: int
    people: list[tuple[str, int]]
    """Of those in sound rows their ids and lines."""
    faults: list[tuple[int, Fault]]
    """With their lines."""
    packed: bytes = field(repr=False)
    """The same people in some 45 bytes each; see `unpacked`."""


def looked_through(source: Path, reader_of: ReaderOf, share: Share) -> Iterator[Sheet]:
    """Every sheet of a share. Raises NoRoster and OSError."""
    reader = reader_of()
    for rows in batches(read_rows(source, share), SHEET):
        yield _sheet(rows, reader)


def unpacked(packed: bytes) -> Iterator[tuple[int, Member]]:
    """The people of a sheet, with their lines."""
    folded: list[_Folded] = pickle.loads(zlib.decompress(packed))  # noqa: S301 - our own, never from outside
    for line, person, contacts, document, plan, entry, given in folded:
        yield line, Member(Person(person, from_document(document), contacts), plan, entry, given)


def _sheet(rows: list[Row], reader: RowReader) -> Sheet:
    people, told, folded = [], [], []
    for row in rows:
        member, faults = reader.read(row.values)
        if row.fault is not None:
            faults = [row.fault]
        told += [(row.line, fault) for fault in faults]
        if all(fault.warning for fault in faults):
            people.append((member.person.id, row.line))
            folded.append(_folded(row.line, member))
    return Sheet(len(rows), people, told, zlib.compress(pickle.dumps(folded), level=1))


def _folded(line: int, member: Member) -> _Folded:
    person = member.person
    return line, person.id, person.contacts, to_document(person.preferences), member.plan, member.entry, member.given

"""A roster comes in: looked through from end to end, and only then enrolled, however many people it holds."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain
from os import cpu_count
from pathlib import Path

from config.fault import Fault, on_one_line
from config.roster_file import ALL
from config.roster_row import Member
from scheduler.delivery.rosters import ROSTER
from scheduler.service.in_turns import in_turns
from scheduler.service.sheets import ReaderOf, Sheet, looked_through, unpacked

Told = Callable[[int], None]
"""Told how many rows have been done."""
Origins = Callable[[Collection[str]], dict[str, str]]

_LONG = 15_000_000
"""Bytes from which on it pays to start processes that help, which takes each of them a second: some 150,000 rows."""
_MOST_READERS = 2
"""They read faster than one process takes in what they have read."""
_DIGEST = 8
"""Bytes of an id that are kept to find those that come twice: 8 MB for a million rows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of one row. `str()` is what `import` prints."""

    source: Path
    line: int
    fault: Fault

    def __str__(self) -> str:
        column = f"{'.'.join(map(str, self.fault.path))}: " if self.fault.path else ""
        warning = "warning: " if self.fault.warning else ""
        return on_one_line(f"{self.source}:{self.line}: {warning}{column}{self.fault.text}")


@dataclass(slots=True)
class Tally:
    """What looking through a roster came to, in rows."""

    rows: int = 0
    new: int = 0
    known: int = 0
    """Of people whom a roster brought before."""
    warnings: int = 0
    bad: set[int] = field(default_factory=set)
    """The lines of rows with faults."""


class Roster:
    """One file. It is read once, a long one by processes that help; its people are then kept packed."""

    def __init__(self, source: Path, reader_of: ReaderOf, processes: int | None = None) -> None:
        """`processes` read it, 1 being this one; None: as it seems best."""
        self._source = source
        self._reader_of = reader_of
        self._processes = processes
        self._packed: list[bytes] = []
        self.tally = Tally()

    def findings(self, origins: Origins, told: Told) -> Iterator[Finding]:
        """Look through it. Everything wrong, row by row, and at the end ids that come twice. Afterwards `tally` is
        right. Raises NoRoster, and OSError also where the file was changed meanwhile: of one that is written anew, what
        was read may be a part."""
        self.tally, self._packed = Tally(), []
        began = self._stamp()
        doubles = _Doubles()
        for sheet in self._read():
            self.tally.rows += sheet.rows
            for line, fault in sheet.faults:
                yield self._noted(line, fault)
            for person, _ in sheet.people:
                doubles.add(person)
            yield from self._strangers(dict(sheet.people), origins)
            self._packed.append(sheet.packed)
            told(self.tally.rows)
        yield from self._doubled(doubles.found())
        if self._stamp() != began:
            raise OSError(0, "the file was changed while it was read; import it again", str(self._source))

    def members(self) -> Iterator[Member]:
        """The people of all rows without a fault, in order; only after `findings`."""
        return (member for line, member in self._unpacked() if line not in self.tally.bad)

    def _stamp(self) -> tuple[int, ...]:
        """Another one when the file was written, or replaced by another."""
        if not self._source.is_file():  # what comes through a pipe comes once
            return ()
        status = self._source.stat()
        return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

    def _unpacked(self) -> Iterator[tuple[int, Member]]:
        return chain.from_iterable(map(unpacked, self._packed))

    def _read(self) -> Iterator[Sheet]:
        processes = self._processes
        if processes is None:
            long = self._source.is_file() and self._source.stat().st_size > _LONG
            processes = min(cpu_count() or 1, _MOST_READERS) if long else 1
        if processes == 1:
            return looked_through(self._source, self._reader_of, ALL)
        return in_turns(looked_through, self._source, self._reader_of, processes=processes)

    def _noted(self, line: int, fault: Fault) -> Finding:
        if fault.warning:
            self.tally.warnings += 1
        else:
            self.tally.bad.add(line)
        return Finding(self._source, line, fault)

    def _strangers(self, lines: dict[str, int], origins: Origins) -> Iterator[Finding]:
        """Ids that the config file has: a person is either there or in a roster."""
        known = origins(lines) if lines else {}
        for person, line in lines.items():
            origin = known.get(person)
            if origin not in (None, ROSTER):
                fault = Fault(("id",), f'"{person}" is in the config file: give one of the two another id')
                yield self._noted(line, fault)
            elif origin is None:
                self.tally.new += 1
            else:
                self.tally.known += 1

    def _doubled(self, digests: Collection[int]) -> Iterator[Finding]:
        """Where each of these ids stands; all but the first row of each are faults."""
        if not digests:
            return
        first: dict[str, int] = {}
        for line, member in self._unpacked():
            person = member.person.id
            if line in self.tally.bad or _digest(person) not in digests:
                continue
            before = first.setdefault(person, line)
            if before != line:
                yield self._noted(line, Fault(("id",), f'"{person}" is there twice: see line {before}'))


class _Doubles:
    """Finds ids that come more than once, keeping eight bytes of each."""

    def __init__(self) -> None:
        self._digests = [array("Q") for _ in range(256)]

    def add(self, person: str) -> None:
        digest = _digest(person)
        self._digests[digest & 255].append(digest)

    def found(self) -> frozenset[int]:
        """Digests that are there more than once; of two ids in a million million by chance."""
        found = set()
        for some in self._digests:
            last = None
            for digest in sorted(some):
                if digest == last:
                    found.add(digest)
                last = digest
        return frozenset(found)


def _digest(person: str) -> int:
    return int.from_bytes(blake2b(person.encode(), digest_size=_DIGEST).digest())

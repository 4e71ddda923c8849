"""A roster comes in: looked through from end to end, and only then enrolled, however many people it holds."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from config.fault import Fault, on_one_line
from config.roster_file import Row, read_rows
from config.roster_row import Member, RowReader
from scheduler.delivery.rosters import ROSTER

Told = Callable[[int], None]
"""Told how many rows have been done."""
Origins = Callable[[Collection[str]], dict[str, str]]

_TOGETHER = 1_000
"""Rows of which it is asked at once whether their people are known."""
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
    """One file, read row by row: it is never in memory as a whole."""

    def __init__(self, source: Path, reader: RowReader) -> None:
        self._source = source
        self._reader = reader
        self.tally = Tally()

    def findings(self, origins: Origins, told: Told) -> Iterator[Finding]:
        """Look through it. Everything wrong, row by row, and at the end ids that come twice. Afterwards `tally` is
        right. Raises NoRoster and OSError."""
        self.tally = tally = Tally()
        doubles = _Doubles()
        together: dict[str, int] = {}
        for row in read_rows(self._source):
            member, faults = self._read(row)
            tally.rows += 1
            if faults:
                yield from self._noted(row.line, faults)
            if row.line not in tally.bad:
                doubles.add(member.person.id)
                together[member.person.id] = row.line
            if len(together) == _TOGETHER:
                yield from self._strangers(together, origins)
                together.clear()
                told(tally.rows)
        yield from self._strangers(together, origins)
        yield from self._doubled(doubles.found())
        told(tally.rows)

    def members(self) -> Iterator[Member]:
        """The people of all rows without a fault, in order; only after `findings`."""
        for row in read_rows(self._source):
            if row.line not in self.tally.bad:
                member, faults = self._read(row)
                if any(not fault.warning for fault in faults):
                    raise OSError(0, "the file was changed while it was read; import it again", str(self._source))
                yield member

    def _read(self, row: Row) -> tuple[Member, list[Fault]]:
        member, faults = self._reader.read(row.values)
        return member, faults if row.fault is None else [row.fault]

    def _noted(self, line: int, faults: list[Fault]) -> Iterator[Finding]:
        for fault in faults:
            if fault.warning:
                self.tally.warnings += 1
            else:
                self.tally.bad.add(line)
            yield Finding(self._source, line, fault)

    def _strangers(self, lines: dict[str, int], origins: Origins) -> Iterator[Finding]:
        """Ids that the config file has: a person is either there or in a roster."""
        known = origins(lines) if lines else {}
        for person, line in lines.items():
            origin = known.get(person)
            if origin not in (None, ROSTER):
                fault = Fault(("id",), f'"{person}" is in the config file: give one of the two another id')
                yield from self._noted(line, [fault])
            elif origin is None:
                self.tally.new += 1
            else:
                self.tally.known += 1

    def _doubled(self, digests: Collection[int]) -> Iterator[Finding]:
        """Where each of these ids stands; all but the first row of each are faults."""
        if not digests:
            return
        first: dict[str, int] = {}
        for row in read_rows(self._source):
            person = str(row.values.get("id", ""))
            if row.line in self.tally.bad or _digest(person) not in digests:
                continue
            line = first.setdefault(person, row.line)
            if line != row.line:
                fault = Fault(("id",), f'"{person}" is there twice: see line {line}')
                yield from self._noted(row.line, [fault])


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

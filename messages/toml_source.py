"""A TOML file of texts, taken apart so that every fault in it is found with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

from messages.fault import TemplateError, TemplateFault
from messages.template import Place, Template

T = TypeVar("T")

_ABSENT: dict[str, Any] = {}
"""In place of a table that is missing: that was told, so nothing in it is missed."""


class TomlSource:
    """Goes on after a fault, with something empty in its place; leaving it raises TemplateError if there was any."""

    def __init__(self, file: Path, source: str) -> None:
        self._file = file
        self._source = source.replace("\r\n", "\n")
        self._faults: list[TemplateFault] = []
        self._top: dict[str, Any] = {}
        self._looked_up_to = 0

    def __enter__(self) -> Self:
        try:
            self._top = tomllib.loads(self._source)
        except tomllib.TOMLDecodeError as error:
            raise TemplateError(self._syntax_fault(str(error))) from None
        except RecursionError:
            raise TemplateError(TemplateFault(self._file, None, "is nested too deeply; make it simpler")) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._faults:
            raise TemplateError(*self._faults)

    def only(self, *keys: str, table: dict[str, Any] | None = None) -> None:
        """These keys and no other, for a key misspelt would otherwise be a text never sent."""
        for key in sorted((self._top if table is None else table).keys() - set(keys)):
            self._fault(key, f"{key!r} is not a key here; the keys are {', '.join(keys)}")

    def has(self, key: str) -> bool:
        return key in self._top

    def text(self, key: str, table: dict[str, Any] | None = None) -> str:
        """A text that has to be there."""
        value = (self._top if table is None else table).get(key)
        if isinstance(value, str) and value.strip():
            return value
        if table is not _ABSENT:
            self._fault(key, f'{key!r} is missing; write {key} = "..."')
        return ""

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._top.get(key, default)
        if not isinstance(value, bool):
            self._fault(key, f"{key!r} is true or false, without quotes")
        return bool(value)

    def table(self, key: str) -> dict[str, Any]:
        """A table that has to be there."""
        value = self._top.get(key)
        if isinstance(value, dict):
            return value
        self._fault(key, f"{key!r} is missing; it is a table, [{key}]")
        return _ABSENT

    def list_of(
        self, key: str, kind: type[T], table: dict[str, Any] | None = None, *, exactly: int | None = None
    ) -> Iterator[T]:
        """The entries of a list that needs at least one, or exactly so many."""
        if table is _ABSENT:
            return
        values = (self._top if table is None else table).get(key)
        if not isinstance(values, list) or not values or exactly not in {None, len(values)}:
            if exactly is None:
                self._fault(key, f"{key!r} is missing; it is a list with at least one entry")
            else:
                self._fault(key, f"{key!r} is a list with {exactly} entries, no more or fewer")
            return
        for number, value in enumerate(values, start=1):
            if isinstance(value, kind) and value:
                yield value
            else:
                self._fault(key, f"entry {number} of {key!r} is empty or of the wrong type")

    def template(self, text: str, names: frozenset[str], key: str) -> Template:
        """A text that may use these names. `key` says where to look when the text itself cannot be found."""
        place = Place(self._file, self._line_of_text(text) or self._line_of_key(key) or 1)
        try:
            return Template.read(text, place, names)
        except TemplateError as error:
            self._faults.extend(error.faults)
            return Template.read("", place, names)

    def _fault(self, key: str, text: str) -> None:
        self._faults.append(TemplateFault(self._file, self._line_of_key(key), text))

    def _syntax_fault(self, message: str) -> TemplateFault:
        text, _, where = message.partition(" (at ")
        line = re.match(r"line (\d+)", where)
        return TemplateFault(self._file, int(line[1]) if line else None, f"is not TOML: {text}")

    def _line_of_text(self, text: str) -> int | None:
        # tomllib keeps no lines, but a text without escapes stands in the source as it is. Texts are mostly asked for
        # in the order of the file, so that of two equal ones the right one is found.
        if not text:
            return None
        start = self._source.find(text, self._looked_up_to)
        if start < 0:
            start = self._source.find(text)
        if start < 0:
            return None
        self._looked_up_to = start + len(text)
        return self._line_at(start)

    def _line_of_key(self, key: str) -> int | None:
        found = re.search(rf"^[ \t\[]*{re.escape(key)}\b", self._source, re.MULTILINE)
        return self._line_at(found.start()) if found else None

    def _line_at(self, position: int) -> int:
        return self._source.count("\n", 0, position) + 1

"""Reads YAML 1.2 into plain values and remembers where each was written.

Only ruamel.yaml's parser is used, not its constructors: a tag can build no object, `22:00` and `2027-03-14` stay text
whatever `%YAML` directive stands above them, a key written twice is a fault of its own, and neither nesting nor aliases
can make a small file cost much time or memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from config.fault import Fault, FaultPath, Place
from config.written import Written

TAG = "tag:yaml.org,2002:"
TEXT = TAG + "str"
MERGE = TAG + "merge"
KNOWN_TAGS = {TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge")}
NOTHING = ("", "~", "null", "Null", "NULL")
TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
FRACTION = re.compile(r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})(?:[eE][-+]?[0-9]{1,2})?")
HALVES = re.compile("[\\ud800-\\udfff]")
MOST_VALUES = 2_000_000
"""Some 100,000 people."""
DEEPEST = 40
"""Levels of nesting; the file's own go to six. Reading recurses, and Python's stack ends at about 300 levels."""
MOST_REPEATED = 10_000
REPEATED_PER_VALUE = 20
"""So many values may come from aliases, and 20 more for each value that is written out: a practice may give everyone
the same nudges. Aliases of aliases could otherwise ask for more values than fit into memory."""

TOO_MANY = "too many values: do the aliases (*name) repeat each other?"
TOO_DEEP = f"nested too deeply: more than {DEEPEST} levels"

Pair = tuple[ScalarNode, Node]


def read_yaml(text: str, source: str) -> Written:
    """Read one document whose top is a mapping. What is broken becomes faults; nothing is raised."""
    written = Written()
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = DEEPEST
    yaml.composer.warn_double_anchors = False  # YAML lets an anchor be given anew; the warning would quote the file
    try:
        root = yaml.compose(text)
    except MaxDepthExceededError as error:
        written.places[()] = _mark(error, source)
        written.faults.append(Fault((), TOO_DEEP))
        return written
    except MarkedYAMLError as error:
        _note_broken(written, error, source)
        return written
    except ReaderError as error:
        _note_forbidden_character(written, error, text, source)
        return written
    if isinstance(root, MappingNode):
        written.values.update(_Builder(written, source).mapping(root, ()))
    elif root is not None:
        written.places[()] = _place(root, source)
        written.faults.append(Fault((), 'the file must begin with keys, such as "timezone: Europe/London"'))
    return written


class _Builder:
    """Turns nodes into values, noting places and faults on the way."""

    def __init__(self, written: Written, source: str) -> None:
        self._written = written
        self._source = source
        self._open: set[int] = set()
        self._seen: set[int] = set()
        self._repeated = 0
        self._told: set[str] = set()

    def mapping(self, node: MappingNode, path: FaultPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        with_merged = (*self._own(node, path), *self._merged(node, path))
        for key, value in with_merged:
            name = _text(key)
            if name in values:
                continue
            inner = (*path, name)
            self._written.keys[inner] = _place(key, self._source)
            # A missing value has no place of its own, and a section is best looked for under its name.
            own = isinstance(value, ScalarNode) and (value.value or value.style)
            self._written.places[inner] = _place(value if own else key, self._source)
            values[name] = self.value(value, inner)
        return values

    def value(self, node: Node, path: FaultPath) -> Any:
        if not self._room_for(node, path):
            return None
        if str(node.tag) not in KNOWN_TAGS:
            self._fault(path, "YAML tags (!name) mean nothing here: remove it")
            return None
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if id(node) in self._open:
            self._fault(path, "an alias (*name) stands inside what it names")
            return None
        if len(self._open) >= DEEPEST:
            self._fault_once(path, TOO_DEEP)
            return None
        self._open.add(id(node))
        value = self.mapping(node, path) if isinstance(node, MappingNode) else self._sequence(node, path)
        self._open.discard(id(node))
        return value

    def _sequence(self, node: Node, path: FaultPath) -> list[Any]:
        values = []
        for index, item in enumerate(node.value):
            self._written.places[*path, index] = _place(item, self._source)
            values.append(self.value(item, (*path, index)))
        return values

    def _own(self, node: MappingNode, path: FaultPath) -> Iterator[Pair]:
        """The pairs written in this mapping itself; a key written twice counts once."""
        first: dict[str, ScalarNode] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._fault(path, "a key must be a single word")
            elif str(key.tag) == MERGE:
                continue
            elif key.value in first:
                line = first[key.value].start_mark.line + 1
                twice = (*path, f"{key.value} (again)")
                self._written.places[twice] = _place(key, self._source)
                self._fault(twice, f'"{key.value}" is written twice: the first is on line {line}; remove one')
            else:
                first[key.value] = key
                yield key, value

    def _merged(self, node: MappingNode, path: FaultPath) -> Iterator[Pair]:
        """The pairs that `<<: *name` brings in, the nearest first."""
        for key, value in node.value:
            if str(key.tag) != MERGE:
                continue
            for source in value.value if isinstance(value, SequenceNode) else (value,):
                if not isinstance(source, MappingNode) or id(source) in self._open:
                    self._fault(path, '"<<" takes an alias (*name) of other keys')
                    continue
                if len(self._open) >= DEEPEST:
                    self._fault_once(path, TOO_DEEP)
                    continue
                if not self._room_for(source, path):
                    return
                self._open.add(id(source))
                yield from self._own(source, path)
                yield from self._merged(source, path)
                self._open.discard(id(source))

    def _room_for(self, node: Node, path: FaultPath) -> bool:
        """Whether one more value may be read. A node that was read before comes from an alias."""
        if id(node) in self._seen:
            self._repeated += 1
        self._seen.add(id(node))
        written = len(self._seen)
        most = min(MOST_REPEATED + REPEATED_PER_VALUE * written, MOST_VALUES - written)
        if self._repeated > most:
            self._fault_once(path, TOO_MANY)
        return TOO_MANY not in self._told

    def _fault_once(self, path: FaultPath, text: str) -> None:
        """For what would otherwise be told of thousands of places."""
        if text not in self._told:
            self._told.add(text)
            self._fault(path, text)

    def _fault(self, path: FaultPath, text: str) -> None:
        self._written.faults.append(Fault(path, text))


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    """The value by YAML 1.2's core schema."""
    text = _text(node)
    if str(node.tag) == TEXT:
        return text
    if text in NOTHING:
        return None
    if text in TRUTH:
        return TRUTH[text]
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if FRACTION.fullmatch(text) else text


def _text(node: ScalarNode) -> str:
    """The node's text; two halves of a character, as JSON escapes a smiley, become one."""
    text: str = node.value
    if not HALVES.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _place(node: Node, source: str) -> Place:
    return Place(source, node.start_mark.line + 1, node.start_mark.column + 1)


def _mark(error: MarkedYAMLError, source: str) -> Place:
    mark = error.problem_mark
    return Place(source) if mark is None else Place(source, mark.line + 1, mark.column + 1)


def _note_broken(written: Written, error: MarkedYAMLError, source: str) -> None:
    written.places[()] = _mark(error, source)
    problem = error.problem or "it cannot be read"
    if "'\\t'" in problem:
        problem = "a tab; YAML is indented with spaces only"
    elif "mapping values" in problem:
        problem = 'a second ":" on this line, or a wrong indent; put text that holds ": " in quotes'
    elif "another document" in problem:
        problem = 'a second document ("---"); one file holds one'
    elif "cannot start any token" in problem:
        problem = f"{problem}; put the text in quotes"
    elif error.context:
        problem = f"{problem} ({error.context})"
    written.faults.append(Fault((), f"broken YAML: {problem}"))


def _note_forbidden_character(written: Written, error: ReaderError, text: str, source: str) -> None:
    before = text[: error.position]
    written.places[()] = Place(source, before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1)
    written.faults.append(Fault((), f"a character that YAML does not allow (number {error.character}): remove it"))

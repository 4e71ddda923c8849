"""A template: the small part of Jinja a text may use, checked when it is read and bounded when it is filled in.

Text, `{{ name }}` and `{% if name %} … {% else %} … {% endif %}` are enough for words, and one `{% for paragraph in
paragraphs %}` for a frame. Everything else of Jinja (calls, attributes, filters, arithmetic, nested loops, includes) is
refused before it is compiled, so that no template can run long, reach into the program or read a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from messages.fault import TemplateError, TemplateFault

MAX_SOURCE = 20_000
MAX_OUTPUT = 50_000
"""Characters. The longest message of ours has about 2,500 with its HTML."""

Value: TypeAlias = str | bool | tuple[str, ...]

_ALLOWED = (
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.For,
)


def _environment(*, escape: bool) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        autoescape=escape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


_PLAIN = _environment(escape=False)
_HTML = _environment(escape=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a template begins."""

    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Template:
    """A template that passed its check. Safe to fill in from any thread."""

    place: Place
    _compiled: jinja2.Template | str
    """A text with nothing to fill in stays a text: most do, and compiling one costs 0.4 ms."""

    @classmethod
    def read(cls, source: str, place: Place, names: AbstractSet[str], *, html: bool = False) -> Template:
        """Check and compile. `names` are those it may use; with `html` what is filled in is escaped.

        Raises TemplateError with every fault found.
        """
        if len(source) > MAX_SOURCE:
            raise TemplateError(_fault(place, 1, f"is longer than {MAX_SOURCE:,} characters; shorten it"))
        if "{" not in source:
            return cls(place, source)
        environment = _HTML if html else _PLAIN
        try:
            tree = environment.parse(source)
            faults = tuple(_fault(place, line, text) for line, text in _faults(tree, names))
            if faults:
                raise TemplateError(*faults)
            return cls(place, environment.from_string(tree))
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(_fault(place, error.lineno, f"{_message(error)}; see docs/messages.md")) from None
        except (SyntaxError, RecursionError, ValueError):  # what Python's own compiler makes of a hundred nested ifs
            raise TemplateError(_fault(place, 1, "is too complicated; make it simpler")) from None

    @property
    def constant(self) -> bool:
        """Says the same whatever it is filled with."""
        return isinstance(self._compiled, str)

    def fill(self, values: Mapping[str, Value]) -> str:
        """The text with these values. Raises TemplateError when it grows beyond MAX_OUTPUT."""
        if isinstance(self._compiled, str):
            return self._compiled
        pieces: list[str] = []
        room = MAX_OUTPUT
        try:
            # `generate` would copy Jinja's own names, which no template may use: half of what a short text takes.
            known = self._compiled.new_context(dict(values), shared=True)
            for piece in self._compiled.root_render_func(known):
                room -= len(piece)
                if room < 0:
                    raise TemplateError(_fault(self.place, 1, f"grows beyond {MAX_OUTPUT:,} characters; shorten it"))
                pieces.append(piece)
        except jinja2.UndefinedError as error:  # a loop's own name, used outside the loop
            raise TemplateError(_fault(self.place, 1, _message(error))) from None
        return "".join(pieces)


def _message(error: jinja2.TemplateError) -> str:
    return (error.message or "is not a template").rstrip(".")


def _fault(place: Place, line: int, text: str) -> TemplateFault:
    return TemplateFault(place.file, place.line + line - 1, text)


def _faults(tree: nodes.Template, names: AbstractSet[str]) -> Iterator[tuple[int, str]]:
    targets = {loop.target.name for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)}
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            what = type(node).__name__
            yield node.lineno, f"{what} is not allowed in a template; use text, {{{{ name }}}} and {{% if name %}}"
        elif isinstance(node, nodes.For):
            yield from _loop_faults(node)
        elif isinstance(node, nodes.Name) and node.name not in names | targets:
            yield node.lineno, f"{node.name!r} is not known here; known are {', '.join(sorted(names))}"


def _loop_faults(loop: nodes.For) -> Iterator[tuple[int, str]]:
    over_paragraphs = isinstance(loop.iter, nodes.Name) and loop.iter.name == "paragraphs"
    if not over_paragraphs or loop.find(nodes.For) or loop.else_ or loop.test or loop.recursive:
        yield loop.lineno, "the only loop a template may have is {% for paragraph in paragraphs %}, not nested"

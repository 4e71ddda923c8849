"""Every message of ours, rendered in every way: what the tests of CONTENT's rules read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from messages.rendering import Context, Form, Rendered, Renderer

RENDERER = Renderer()
CONTEXTS = tuple(
    Context("Sam", discreet, replies, due_local)
    for discreet, replies, due_local in itertools.product((True, False), (True, False), ("", "16:30"))
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message as a person gets it."""

    kind: str
    language: str
    form: Form
    context: Context
    rendered: Rendered

    @property
    def words(self) -> str:
        """Everything a person reads of it."""
        return f"{self.rendered.subject}\n{self.rendered.text}".strip()

    @property
    def body(self) -> str:
        """The text itself, without the greeting before it and the three lines behind it."""
        if self.form is Form.SMS:
            return self.rendered.text
        paragraphs = self.rendered.text.strip().split("\n\n")
        return "\n\n".join(paragraphs[0 if self.kind == "relief" else 1 : -1])


def said(kind: str, language: str, form: Form, contexts: tuple[Context, ...] = CONTEXTS) -> Iterator[Said]:
    for variant in range(RENDERER.variants(kind, language, form)):
        for context in contexts:
            yield Said(kind, language, form, context, RENDERER.render(kind, language, form, variant, context))


def bodies(kind: str, language: str, form: Form) -> list[str]:
    """Each variant's text once."""
    return [each.body for each in said(kind, language, form, CONTEXTS[:1])]

"""Every message of ours, rendered in every way: what the tests of CONTENT's rules read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from messages.catalogue import CATALOGUE, NUDGES
from messages.message import LINKS, NO_LINKS, Details, Links
from messages.rendering import Context, Form, Rendered, Renderer

RENDERER = Renderer()
NOON = datetime(2026, 12, 3, 12, 0, tzinfo=ZoneInfo("Europe/London"))
EVERY_LINK = Links(**{name: f"https://legup.example/a/{name}" for name in LINKS})
SPOKEN_OF = (Details(), Details(count=3, about="hydration", nth=2, until=NOON + timedelta(hours=9, minutes=30)))
"""What an answer may be about: nothing, or all there is."""


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


def contexts_of(kind: str, form: Form) -> Iterator[Context]:
    """Every way a message of this kind goes out: only an answer speaks of something and stands in no plan, only an
    email has links, and no reply to one is read."""
    for discreet, replies, due_local, details, links in itertools.product(
        (True, False),
        (True, False) if form is Form.SMS else (False,),
        ("",) if CATALOGUE[kind].answer else ("", "16:30"),
        SPOKEN_OF if CATALOGUE[kind].answer else SPOKEN_OF[:1],
        (NO_LINKS,) if form is Form.SMS else (NO_LINKS, EVERY_LINK),
    ):
        yield Context("Sam", discreet, replies, due_local, details, NOON.date(), links)


def said(kind: str, language: str, form: Form, contexts: Iterable[Context] | None = None) -> Iterator[Said]:
    for context in contexts_of(kind, form) if contexts is None else contexts:
        for variant in range(RENDERER.variants(kind, language, form)):
            yield Said(kind, language, form, context, RENDERER.render(kind, language, form, variant, context))


def bodies(kind: str, language: str, form: Form) -> list[str]:
    """Each variant's text once, at its fullest but without an offer of replies behind a nudge, or of a language."""
    replies = form is Form.SMS and kind not in {*NUDGES, "language"}
    context = Context("Sam", replies=replies, due_local="16:30", details=SPOKEN_OF[1], today=NOON.date())
    return [each.body for each in said(kind, language, form, [context])]

"""Turns a kind of message into words: the one thing the rest of legup asks of the templates."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from messages.catalogue import CATALOGUE
from messages.checking import check
from messages.composing import compose_email, compose_sms
from messages.fault import TemplateError, TemplateFault
from messages.filling import Titles, filling
from messages.library import Library
from messages.message import Context, Form, Rendered

__all__ = ["Context", "Form", "Rendered", "Renderer", "TemplateError", "TemplateFault"]


class Renderer:
    """Renders from the packaged templates, or from a folder of one's own where it has the file.

    Reads files (an edited one counts at once) and nothing else. Safe to use from any thread.
    """

    def __init__(self, templates: Path | None = None, *, library: Library | None = None) -> None:
        self._library = library or Library(templates)

    def glance(self) -> Self:
        """The same with the templates as they are now: an edited file counts at the next glance. Not for several
        threads."""
        return type(self)(library=self._library.glance())

    def languages(self) -> tuple[str, ...]:
        """Every language there is a folder for."""
        return self._library.languages()

    def variants(self, kind: str, language: str, form: Form) -> int:
        """How many texts there are to choose from. Raises as `render` does."""
        texts = self._library.texts(language, kind)
        return len(texts.sms if form is Form.SMS else texts.email)

    def title(self, language: str, kind: str) -> str:
        """What people call a kind; empty for one the catalogue does not know. Raises TemplateError."""
        return self._library.title(language, kind)

    def render(self, kind: str, language: str, form: Form, variant: int, context: Context) -> Rendered:
        """The message in this language and form; `variant` counts up for ever and is taken modulo their number.

        Raises TemplateError when a template is missing or bad, KeyError for a kind the catalogue does not know.
        """
        library, entry = self._library, CATALOGUE[kind]
        texts = library.texts(language, kind)
        titles = Titles(texts.title, library.title(language, context.details.about))
        if form is Form.SMS:
            # Most SMS need no words but their own, and so no slip in words.toml silences those.
            beside = context.replies or context.details.until is not None
            words = library.words(language) if beside else None
            return compose_sms(entry, texts, words, variant, filling(entry, form, context, titles, words))
        words, frames = library.words(language), library.frames(language)
        return compose_email(entry, texts, words, frames, variant, filling(entry, form, context, titles, words))

    def check(self) -> list[TemplateFault]:
        """Every fault of every template, in the order of files and lines; empty when all can be sent."""
        return check(self._library)

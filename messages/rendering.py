"""Turns a kind of message into words: the one thing the rest of legup asks of the templates."""

from __future__ import annotations

from pathlib import Path

from messages.checking import check
from messages.composing import compose_email, compose_sms
from messages.fault import TemplateError, TemplateFault
from messages.library import Library
from messages.message import Context, Form, Rendered

__all__ = ["Context", "Form", "Rendered", "Renderer", "TemplateError", "TemplateFault"]


class Renderer:
    """Renders from the packaged templates, or from a folder of one's own where it has the file.

    Reads files (an edited one counts at once) and nothing else. Safe to use from any thread.
    """

    def __init__(self, templates: Path | None = None) -> None:
        self._library = Library(templates)

    def languages(self) -> tuple[str, ...]:
        """Every language there is a folder for."""
        return self._library.languages()

    def variants(self, kind: str, language: str, form: Form) -> int:
        """How many texts there are to choose from. Raises as `render` does."""
        texts = self._library.texts(language, kind)
        return len(texts.sms if form is Form.SMS else texts.email)

    def render(self, kind: str, language: str, form: Form, variant: int, context: Context) -> Rendered:
        """The message in this language and form; `variant` counts up for ever and is taken modulo their number.

        Raises TemplateError when a template is missing or bad, KeyError for a kind the catalogue does not know.
        """
        texts = self._library.texts(language, kind)
        if form is Form.SMS:
            return compose_sms(texts, variant, context)
        words, frames = self._library.words(language), self._library.frames(language)
        return compose_email(texts, words, frames, variant, context)

    def check(self) -> list[TemplateFault]:
        """Every fault of every template, in the order of files and lines; empty when all can be sent."""
        return check(self._library)

"""Every text of one kind in one language, as its TOML file holds them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from messages.template import Template
from messages.toml_source import TomlSource

IN_TEXT = frozenset({"discreet", "replies", "links", "due_local", "count", "about", "nth", "until"})
AROUND_TEXT = IN_TEXT | {"name", "title"}
"""A name stands only around an email's text: one ë in it would turn an SMS into UCS-2."""


@dataclass(frozen=True, slots=True)
class EmailText:
    """One variant of an email."""

    subject: Template
    body: Template
    """Paragraphs, parted by empty lines."""

    @property
    def constant(self) -> bool:
        """Says the same whatever it is filled with."""
        return self.subject.constant and self.body.constant


@dataclass(frozen=True, slots=True)
class Texts:
    """Every variant of one kind in one language."""

    title: str
    sms: tuple[Template, ...]
    email: tuple[EmailText, ...]
    why: Template | None
    """Why a person gets this kind; None: what the language says of every nudge."""
    greets: bool
    """An email of this kind begins with a greeting; help with a cramp begins with the help."""

    @classmethod
    def read(cls, file: Path, source: str) -> Texts:
        """Raises TemplateError with every fault of the file."""
        with TomlSource(file, source) as toml:
            toml.only("title", "greet", "why", "sms", "email")
            return cls(
                title=toml.text("title"),
                sms=tuple(toml.template(text, IN_TEXT, "sms") for text in toml.list_of("sms", str)),
                email=tuple(_email(toml, table) for table in toml.list_of("email", dict)),
                why=toml.template(toml.text("why"), AROUND_TEXT, "why") if toml.has("why") else None,
                greets=toml.flag("greet", default=True),
            )


def _email(toml: TomlSource, table: dict[str, Any]) -> EmailText:
    toml.only("subject", "body", table=table)
    subject, body = (toml.template(toml.text(key, table), IN_TEXT, key) for key in ("subject", "body"))
    return EmailText(subject, body)

"""A message from its texts: filled in, tidied, and for an email set into the two frames, plain and HTML."""

from __future__ import annotations

import re
import unicodedata

from messages.fault import TemplateError, TemplateFault
from messages.library import Frames
from messages.message import Context, Rendered
from messages.template import Template, Value
from messages.texts import Texts, Words

MAX_NAME = 100
"""Characters of a name that a greeting shows."""

_SPACES = re.compile(r"[ \t]+")
_GAP = re.compile(r"\n\s*\n")


def compose_sms(texts: Texts, variant: int, context: Context) -> Rendered:
    """The variant is taken modulo their number. Raises TemplateError."""
    variant %= len(texts.sms)
    template = texts.sms[variant]
    text = "\n".join(_line(line) for line in template.fill(in_text(context)).strip().splitlines())
    return Rendered("", _not_empty(text, template), None, variant)


def compose_email(texts: Texts, words: Words, frames: Frames, variant: int, context: Context) -> Rendered:
    """The variant is taken modulo their number. Raises TemplateError."""
    variant %= len(texts.email)
    email = texts.email[variant]
    known, around = in_text(context), around_text(context, texts.title)
    subject = _not_empty(_line(email.subject.fill(known)), email.subject)
    values: dict[str, Value] = {
        "language": frames.language,
        "subject": subject,
        "greeting": _line(words.greeting.fill(around)) if texts.greets else "",
        "paragraphs": _paragraphs(_not_empty(email.body.fill(known).strip(), email.body)),
        "why": _line((texts.why or words.why).fill(around)),
        "stop": _line(words.stop.fill(around)),
        "foot": _line(words.foot.fill(around)),
    }
    return Rendered(subject, frames.text.fill(values).strip() + "\n", frames.html.fill(values), variant)


def in_text(context: Context) -> dict[str, Value]:
    """What a text may use: the values of `texts.IN_TEXT`."""
    return {"discreet": context.discreet, "replies": context.replies, "due_local": context.due_local}


def around_text(context: Context, title: str) -> dict[str, Value]:
    """What the words around an email's text may use: the values of `texts.AROUND_TEXT`."""
    return in_text(context) | {"name": _name(context.name), "title": title}


def _name(name: str) -> str:
    """One line of at most MAX_NAME characters, without control characters."""
    one_line = " ".join(name.split())
    return "".join(letter for letter in one_line if unicodedata.category(letter) != "Cc")[:MAX_NAME].rstrip()


def _line(text: str) -> str:
    """One line with single spaces; a no-break space stays what it is."""
    return _SPACES.sub(" ", " ".join(text.splitlines())).strip(" ")


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(_line(paragraph) for paragraph in _GAP.split(text))


def _not_empty(text: str, template: Template) -> str:
    if not text:
        raise TemplateError(TemplateFault(template.place.file, template.place.line, "leaves nothing to say"))
    return text

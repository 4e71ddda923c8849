"""A message from its texts: filled in, tidied, and for an email set into the two frames, plain and HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from messages.catalogue import Entry
from messages.fault import TemplateError, TemplateFault
from messages.filling import Filling
from messages.library import Frames
from messages.message import LINKS, Rendered
from messages.segments import segments
from messages.template import Template, Value
from messages.texts import Texts
from messages.words import Words

_SPACES = re.compile(r"[ \t]+")
_GAP = re.compile(r"\n\s*\n")


def compose_sms(entry: Entry, texts: Texts, words: Words | None, variant: int, filled: Filling) -> Rendered:
    """The variant is taken modulo their number; without `words` nothing is offered. Raises TemplateError."""
    chosen = variant % len(texts.sms)
    template = texts.sms[chosen]
    text = "\n".join(_line(line) for line in template.fill(filled.in_text).strip().splitlines())
    text = _not_empty(text, template)
    if words is not None and entry.schedule is not None and filled.in_text["replies"]:
        text = _offering(text, [_line(offer.fill(filled.in_text)) for offer in words.offers], variant)
    return Rendered("", text, None, chosen)


def _offering(text: str, offers: Sequence[str], variant: int) -> str:
    """The text with one of the offers, in turn, that fits behind it: none is worth the price of one more segment."""
    taken = segments(text).count
    for number in range(len(offers)):
        longer = f"{text}\n{offers[(variant + number) % len(offers)]}"
        if segments(longer).count == taken:
            return longer
    return text


def compose_email(entry: Entry, texts: Texts, words: Words, frames: Frames, variant: int, filled: Filling) -> Rendered:
    """The variant is taken modulo their number. Raises TemplateError."""
    variant %= len(texts.email)
    email = texts.email[variant]
    known, around = filled.in_text, filled.around_text
    subject = _not_empty(_line(email.subject.fill(known)), email.subject)
    why = texts.why or (words.why_answer if entry.answer else words.why)
    values: dict[str, Value] = {
        "language": frames.language,
        "subject": subject,
        "greeting": _line(words.greeting.fill(around)) if texts.greets else "",
        "paragraphs": _paragraphs(_not_empty(email.body.fill(known).strip(), email.body)),
        "why": _line(why.fill(around)),
        "stop": _line(words.stop.fill(around)) if _needs_stop(entry, filled) else "",
        "foot": _line(words.foot.fill(around)),
    }
    for name in LINKS:
        values[name] = _line(words.links[name].fill(around)) if name in filled.links else ""
        values[f"{name}_link"] = filled.links.get(name, "")
    return Rendered(subject, frames.text.fill(values).strip() + "\n", frames.html.fill(values), variant)


def _needs_stop(entry: Entry, filled: Filling) -> bool:
    """A link says it already, and after the last message there is nothing to stop."""
    return "stop_all" in entry.links and "stop_all" not in filled.links


def _line(text: str) -> str:
    """One line with single spaces; a no-break space stays what it is."""
    return _SPACES.sub(" ", " ".join(text.splitlines())).strip(" ")


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(_line(paragraph) for paragraph in _GAP.split(text))


def _not_empty(text: str, template: Template) -> str:
    if not text:
        raise TemplateError(TemplateFault(template.place.file, template.place.line, "leaves nothing to say"))
    return text

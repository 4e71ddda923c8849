"""Renders everything there is to render, so that a bad template is found by `legup check` and not at night."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from messages.catalogue import CATALOGUE, NUDGES, Entry
from messages.composing import compose_email, compose_sms
from messages.fault import TemplateError, TemplateFault
from messages.filling import Filling, Titles, filling
from messages.library import Frames, Library
from messages.message import LINKS, NO_DETAILS, NO_LINKS, Context, Details, Form, Links
from messages.segments import segments
from messages.template import Template
from messages.texts import Texts
from messages.words import Words

_AWKWARD = 'Zoë "<b>{{ 7 }}" ' + "ñ" * 200
_EVERY_LINK = Links(**{name: f"https://legup.example/{name}" for name in LINKS})
_TODAY = date(2028, 1, 1)
CONTEXTS = tuple(
    Context(name, discreet, replies, due_local, today=_TODAY, links=links)
    for name, due_local, links in (("", "", NO_LINKS), ("", "23:59", NO_LINKS), (_AWKWARD, "23:59", _EVERY_LINK))
    for discreet, replies in itertools.product((True, False), (False, True))
)
"""Every way a message can turn out: with nothing known of the person, and with a name as awkward as names are."""


def check(library: Library) -> list[TemplateFault]:
    """Every fault of every template: what cannot be read, filled in, or sent within the rules. A language of ours that
    nobody changed is not judged anew: our tests do, and this takes a tenth of a second for each."""
    faults = set(library.strays())
    for language in library.changed():
        faults.update(_of_language(library, language))
    return sorted(faults, key=lambda fault: (str(fault.file), fault.line or 0, fault.text))


def _of_language(library: Library, language: str) -> Iterator[TemplateFault]:
    words, frames, bad_words = None, None, []
    try:
        words = library.words(language)
        bad_words = list(_of_words(words))
        frames = library.frames(language)
    except TemplateError as error:
        yield from error.faults
    yield from bad_words
    known: dict[str, Texts] = {}
    for kind in CATALOGUE:
        try:
            known[kind] = library.texts(language, kind)
        except TemplateError as error:
            yield from error.faults
    yield from _of_texts(known, words, None if bad_words else frames)


def _of_words(words: Words) -> Iterator[TemplateFault]:
    around = (words.greeting, words.why, words.why_answer, words.stop, words.foot, *words.links.values(), *words.offers)
    for context in CONTEXTS:
        if context.discreet:
            values = filling(CATALOGUE[NUDGES[0]], Form.EMAIL, context, Titles(""), words).around_text
            for template in around:
                yield from _indiscreet(template.fill(values), words, template)


def _of_texts(known: Mapping[str, Texts], words: Words | None, frames: Frames | None) -> Iterator[TemplateFault]:
    answered = _answered(words, known)
    for kind, texts in known.items():
        entry = CATALOGUE[kind]
        filled: dict[Form, list[Filling]] = {form: [] for form in Form}
        for context in answered if entry.answer else CONTEXTS:
            about = known.get(context.details.about)
            titles = Titles(texts.title, about.title if about else "")
            if context.links is NO_LINKS:  # no SMS has any
                filled[Form.SMS].append(filling(entry, Form.SMS, context, titles, words))
            if not context.replies:  # no reply to an email is read
                filled[Form.EMAIL].append(filling(entry, Form.EMAIL, context, titles, words))
        yield from _of_sms(entry, texts, words, filled[Form.SMS])
        if words is not None and frames is not None:
            yield from _of_email(entry, texts, (words, frames), filled[Form.EMAIL])


def _of_sms(entry: Entry, texts: Texts, words: Words | None, fillings: list[Filling]) -> Iterator[TemplateFault]:
    for variant, template in enumerate(texts.sms):
        longest = ""
        for filled in fillings[:1] if template.constant else fillings:
            try:
                text = compose_sms(entry, texts, words, variant, filled).text
            except TemplateError as error:
                yield from error.faults
                continue
            longest = max(longest, text, key=_room)
            if words is not None and filled.in_text["discreet"]:
                yield from _indiscreet(text, words, template)
        if (fault := _too_long(longest, entry.segments)) is not None:
            yield _at(template, fault)


def _of_email(
    entry: Entry, texts: Texts, around: tuple[Words, Frames], fillings: list[Filling]
) -> Iterator[TemplateFault]:
    words, frames = around
    for variant, email in enumerate(texts.email):
        # The words around the texts are filled in with the first one, whatever it is.
        for filled in fillings[:1] if variant and email.constant else fillings:
            try:
                rendered = compose_email(entry, texts, words, frames, variant, filled)
            except TemplateError as error:
                yield from error.faults
                continue
            if filled.in_text["discreet"]:
                in_subject = tuple(
                    _indiscreet(rendered.subject, words, email.subject)
                )  # the HTML's title says it again
                yield from in_subject or _indiscreet(f"{rendered.text}\n{rendered.html}", words, email.body)


def _answered(words: Words | None, known: Mapping[str, Texts]) -> list[Context]:
    """What an answer may be given: nothing to speak of, or a nudge, numbers and a time, the longest there are."""
    first = datetime(2028, 1, 1, tzinfo=UTC)
    numbers = (
        NO_DETAILS,
        Details(count=1, nth=2, until=first),
        Details(count=99, nth=4, until=first if words is None else _dearest(words, first)),
    )
    about = max((nudge for nudge in NUDGES if nudge in known), key=lambda nudge: _room(known[nudge].title), default="")
    return [
        replace(context, details=replace(details, about=nudge))
        for context in CONTEXTS
        if context.links is not NO_LINKS or not context.due_local
        for details in numbers
        for nudge in ("", about)
    ]


def _dearest(words: Words, first: datetime) -> datetime:
    """The day of a year that takes most room in an SMS."""
    days = (first + timedelta(days=day) for day in range(366))
    return max(days, key=lambda day: _room(words.moments.said(day, None)))


def _room(text: str) -> tuple[int, bool, int]:
    """What a text takes in an SMS, as something to compare."""
    taken = segments(text)
    return taken.count, taken.encoding == "UCS-2", taken.units


def _too_long(text: str, allowed: int) -> str | None:
    taken = segments(text)
    if taken.count <= allowed:
        return None
    fault = f"takes {taken.count} SMS segments, not {allowed} at most: {taken.units} units of {taken.encoding}"
    outside = sorted({letter for letter in text if segments(letter).encoding == "UCS-2"})
    shown = [letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in outside]
    return f"{fault}, because of {' '.join(shown)}" if outside else f"{fault}; shorten it"


def _indiscreet(text: str, words: Words, template: Template) -> Iterator[TemplateFault]:
    said = unicodedata.normalize("NFC", text)
    beginnings = "|".join(map(re.escape, words.private))
    for private in re.findall(rf"\b(?:{beginnings})", said, re.IGNORECASE):
        yield _at(template, f"says {private!r} to a discreet person; put it in {{% if not discreet %}}")


def _at(template: Template, text: str) -> TemplateFault:
    return TemplateFault(template.place.file, template.place.line, text)

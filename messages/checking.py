"""Renders everything there is to render, so that a bad template is found by `legup check` and not at night."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator

from messages.catalogue import CATALOGUE, Entry
from messages.composing import around_text, compose_email, compose_sms
from messages.fault import TemplateError, TemplateFault
from messages.library import Frames, Library
from messages.message import Context
from messages.segments import segments
from messages.template import Template
from messages.texts import Texts, Words

CONTEXTS = tuple(
    Context(name, discreet, replies, due_local)
    for name, due_local in (("", ""), ('Zoë "<b>{{ 7 }}" ' + "ñ" * 200, "23:59"))
    for discreet, replies in itertools.product((True, False), repeat=2)
)
"""Every way a message can turn out: with nothing known of the person, and with a name as awkward as names are."""


def check(library: Library) -> list[TemplateFault]:
    """Every fault of every template: what cannot be read, filled in, or sent within the rules."""
    faults = set(library.strays())
    for language in library.languages():
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
    for entry in CATALOGUE.values():
        try:
            texts = library.texts(language, entry.key)
        except TemplateError as error:
            yield from error.faults
            continue
        yield from _of_sms(texts, entry, words)
        if words is not None and frames is not None and not bad_words:
            yield from _of_email(texts, words, frames)


def _of_words(words: Words) -> Iterator[TemplateFault]:
    for template, context in itertools.product((words.greeting, words.why, words.stop, words.foot), CONTEXTS):
        if context.discreet:
            yield from _indiscreet(template.fill(around_text(context, "")), words, template)


def _of_sms(texts: Texts, entry: Entry, words: Words | None) -> Iterator[TemplateFault]:
    for (variant, template), context in itertools.product(enumerate(texts.sms), CONTEXTS):
        try:
            rendered = compose_sms(texts, variant, context)
        except TemplateError as error:
            yield from error.faults
            continue
        if (text := _too_long(rendered.text, entry.segments)) is not None:
            yield _at(template, text)
        if words is not None and context.discreet:
            yield from _indiscreet(rendered.text, words, template)


def _of_email(texts: Texts, words: Words, frames: Frames) -> Iterator[TemplateFault]:
    for (variant, email), context in itertools.product(enumerate(texts.email), CONTEXTS):
        try:
            rendered = compose_email(texts, words, frames, variant, context)
        except TemplateError as error:
            yield from error.faults
            continue
        if context.discreet:
            in_subject = tuple(_indiscreet(rendered.subject, words, email.subject))  # the HTML's title says it again
            yield from in_subject or _indiscreet(f"{rendered.text}\n{rendered.html}", words, email.body)


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

"""The words of the pages: complete in every language, and nothing in them tells a stranger."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from config.phrase import parse_schedule
from messages.library import Library
from scheduler.conversation.links import ActionName
from scheduler.web.words import LANGUAGES, Words, accepted, words_of

WEB = Path(str(resources.files("scheduler.web")))
EN, ES = words_of("en"), words_of("es")


def texts(found: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        if isinstance(value, dict):
            yield from texts(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value if isinstance(value, str) else " ".join(value)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    english, other = dict(texts(EN._texts)), dict(texts(words_of(language)._texts))
    assert other.keys() == english.keys()
    # A sentence of the parser is in English; elsewhere a plain one stands for it.
    different = [key for key in english if placeholders(other[key]) != placeholders(english[key])]
    assert different == ([] if language == "en" else ["prefs.bad_phrase"])


def test_every_text_is_used() -> None:
    code = "".join(path.read_text() for path in [*WEB.glob("*.py"), *WEB.glob("templates/*.html")])
    built = re.compile(r"link\.(ask|about|button|did)\.|error\.|schedule\.|calendar\.")
    unused = [key for key, _ in texts(EN._texts) if not built.match(key) and f'"{key}"' not in code]
    assert [key for key in unused if key not in {"prefs.sms", "prefs.email", "prefs.console", "prefs.apprise"}] == []


@pytest.mark.parametrize("action", ActionName)
@pytest.mark.parametrize("what", ["ask", "about", "button", "did"])
@pytest.mark.parametrize("words", [EN, ES], ids=lambda words: words.language)
def test_every_action_of_a_link_has_its_words(action: ActionName, what: str, words: Words) -> None:
    assert words.has(f"link.{what}.{action}")


@pytest.mark.parametrize("words", [EN, ES], ids=lambda words: words.language)
def test_no_text_says_what_a_discreet_person_keeps_to_herself(words: Words) -> None:
    private = Library(None).words(words.language).private
    said = [
        (key, beginning)
        for key, text in texts(words._texts)
        for beginning in private
        if re.search(rf"(?i)\b{re.escape(beginning)}", re.sub(r"\{\w+\}", "", text))
    ]
    assert said == []


@pytest.mark.parametrize(
    ("phrase", "english", "spanish"),
    [
        ("at 08:00", "at 08:00", "a las 08:00"),
        ("at 01:00 and 12:30", "at 01:00 and 12:30", "a la 01:00 y las 12:30"),
        ("at wake, 12:30 and bedtime", "at waking up, 12:30 and bedtime",
         "a la hora de despertar, las 12:30 y la hora de dormir"),
        ("every 3 h from 09:00 to 18:00", "every 3 h from 09:00 to 18:00", "cada 3 h desde las 09:00 hasta las 18:00"),
        ("every 90 min", "every 1 h 30 min", "cada 1 h 30 min"),
        ("30 min before bedtime on weekdays", "30 min before bedtime, Monday to Friday",
         "30 min antes de la hora de dormir, de lunes a viernes"),
        ("1 h after wake on weekends", "1 h after waking up, Saturday and Sunday",
         "1 h después de la hora de despertar, sábado y domingo"),
        ("at 08:00 on mon, sat", "at 08:00, on Monday and Saturday", "a las 08:00, los lunes y sábados"),
    ],
)  # fmt: skip
def test_a_schedule_is_said_in_words(phrase: str, english: str, spanish: str) -> None:
    schedule = parse_schedule(phrase)
    assert (EN.schedule(schedule), ES.schedule(schedule)) == (english, spanish)


def test_days_are_said_in_words() -> None:
    day = date(2026, 12, 3)
    assert (EN.day(day), ES.day(day)) == ("Thursday 3 December", "jueves 3 de diciembre")
    assert (EN.short_day(day), ES.short_day(day)) == ("3 December", "3 de diciembre")
    assert (EN.shortest_day(day), ES.shortest_day(day)) == ("3 Dec", "3 dic")


def test_times_are_listed_as_one_would_say_them() -> None:
    times = [datetime(2026, 12, 3, hour, tzinfo=UTC) for hour in (9, 12, 15)]
    assert (EN.times(times), ES.times(times[:2])) == ("09:00, 12:00 and 15:00", "09:00 y 12:00")


def test_a_language_that_the_pages_do_not_have_is_answered_in_english() -> None:
    assert words_of("fr") is EN
    assert words_of("es-MX") is ES


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", EN),
        ("es-AR,es;q=0.9,en;q=0.8", ES),
        ("fr, es;q=0.5", ES),
        ("en-GB", EN),
        ("*;q=;;,,", EN),
        ("\x00\xff", EN),
    ],
)
def test_an_error_page_speaks_the_browsers_language(header: str, words: Words) -> None:
    assert accepted(header) is words


@pytest.mark.parametrize("key", ["prefs", "prefs.none_such", "calendar.months"])
def test_what_is_no_text_is_a_key_error(key: str) -> None:
    assert not EN.has(key)
    with pytest.raises(KeyError):
        EN(key)

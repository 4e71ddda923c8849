"""Turns what pydantic found into faults in our own words. Values are shown unless they could be private."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from config.fault import Fault, FaultPath
from config.phrase import PhraseError, parse_schedule
from config.structure import belongs_elsewhere, keys_at
from config.suggestion import did_you_mean

SHOWN = 60
"""Characters of a value that a fault repeats."""
LONGEST_PHRASE = 120
"""A caret below a longer one, or below one of several lines, would point anywhere."""
SHOWABLE = frozenset(
    (
        "daily_limit",
        "discreet",
        "priority",
        "enabled",
        "port",
        "security",
        "messages_per_second",
        "concurrency",
        "timeout",
    )
)
"""Keys whose values are shown; everything else could hold a secret, a contact or a week of pregnancy."""
LOOKS = {
    "account_sid": 'an account SID is "AC" and 32 hexadecimal digits',
    "api_key_sid": 'an API key SID is "SK" and 32 hexadecimal digits',
    "messaging_service_sid": 'a Messaging Service SID is "MG" and 32 hexadecimal digits',
    "public_url": "a public URL begins with https:// or http://, then come a host in ASCII and perhaps a path",
}
EXPECTED = {
    "bool_parsing": "expected true or false",
    "bool_type": "expected true or false",
    "dict_type": "expected keys with values below it",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "finite_number": "expected a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "less_than_equal": "must be at most {le}",
    "model_type": "expected keys with values below it",
    "string_too_short": "too short: expected at least {min_length} characters",
    "string_type": "expected text; put it in quotes",
    "too_short": "too short: expected at least {min_length} characters",
}


def fault_of(error: ErrorDetails, at: FaultPath, written: Mapping[str, Any]) -> Fault | None:
    """The fault for one error of a model whose keys stand at `at`; None when another error's fault covers it."""
    path = (*at, *error["loc"])
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(error, path, written)
    if kind == "missing":
        return Fault(path, f'"{path[-1]}" is missing')
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, PhraseError) and path[-1] == "when":
        fits = cause.text.isprintable() and len(cause.text) <= LONGEST_PHRASE
        return Fault(path, str(cause), phrase=cause.text if fits else None, column=cause.column if fits else 0)
    if cause is not None:
        return Fault(path, str(cause))
    if error["input"] is None:
        return empty(path)
    return Fault(path, _told(error, str(path[-1])))


def empty(path: FaultPath) -> Fault:
    """The fault of a key without a value."""
    return Fault(path, f'"{path[-1]}" is empty: give it a value or remove the line')


def _told(error: ErrorDetails, key: str) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return LOOKS.get(key, "this does not have the right form")
    if kind == "enum":
        names = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        return f"{_shown(error, key)}expected one of {', '.join(names)}{did_you_mean(str(error['input']), names)}"
    return _shown(error, key) + EXPECTED.get(kind, "this value does not fit here").format(**context)


def _shown(error: ErrorDetails, key: str) -> str:
    value = error["input"]
    if key not in SHOWABLE or not isinstance(value, str | int | float):
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'"{text[:SHOWN]}": '


def _unknown_key(error: ErrorDetails, path: FaultPath, written: Mapping[str, Any]) -> Fault | None:
    if path[-3:-2] == ("nudges",) and error["input"] is None:
        section: Any = written
        for step in error["loc"][:-1]:
            section = section[step]
        cut = _cut_off(section)
        if cut:
            phrase, parts = cut
            text = f'the comma cut this phrase short; put it in quotes: {{when: "{phrase}"}}'
            return Fault(path, text) if path[-1] == parts[0] else None
    key = str(path[-1])
    meant = belongs_elsewhere(path) or did_you_mean(key, keys_at(path[:-1]))
    return Fault(path, f'unknown key "{key[:SHOWN]}"{meant}')


def _cut_off(section: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """The whole phrase and its lost parts, when YAML took `{when: at 08:00, 12:00}` for two keys."""
    lost = [key for key, value in section.items() if value is None and key not in keys_at(("nudges", ""))]
    phrase = ", ".join([str(section.get("when")), *lost])
    try:
        parse_schedule(phrase)
    except PhraseError:
        return None
    return phrase, lost

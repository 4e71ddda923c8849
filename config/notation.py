"""How single values are written in the file, and what they become. Each reader raises ValueError with a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar
from zoneinfo import available_timezones

from pydantic import PlainValidator, SecretStr, WithJsonSchema

from config.contact import (
    read_apprise_url,
    read_email,
    read_heartbeat_url,
    read_mailbox,
    read_phone,
    read_sms_sender,
)
from config.person import ChannelName, Consent
from config.phrase import parse_duration, parse_quiet_interval, parse_schedule, parse_weeks
from config.schedule import MINUTES_PER_DAY, QuietInterval, Schedule, TimeOfDay, Weeks
from config.suggestion import did_you_mean

TIME_PATTERN = "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"
INTERVAL_PATTERN = (
    "^\\s*([01]?[0-9]|2[0-3]):[0-5][0-9]\\s*[-\N{EN DASH}]\\s*(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)\\s*$"
)
DURATION_PATTERN = "^\\s*[0-9]{1,6}\\s*[A-Za-z]+(\\s*[0-9]{1,6}\\s*[A-Za-z]+){0,2}\\s*$"
PHRASE_PATTERN = "^\\s*([Aa][Tt]|[Ee][Vv][Ee][Rr][Yy]|[0-9]|([Oo][Nn]|[Oo][Ff][Ff])\\s*$)"
WEEKS_PATTERN = "^\\s*[0-9]{1,2}\\s*[-\N{EN DASH}]\\s*([0-9]{1,2}\\s*)?$"
# Years 2000 to 2199.
DATE_PATTERN = "^2[01][0-9]{2}-[01][0-9]-[0-3][0-9]$"
INSTANT_PATTERN = (
    "^2[01][0-9]{2}-[01][0-9]-[0-3][0-9]([ T][0-2][0-9]:[0-5][0-9](:[0-5][0-9])?(Z|[-+][0-2][0-9]:[0-5][0-9])?)?$"
)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SHORTEST_TOKEN = 32

Choice = TypeVar("Choice", bound=StrEnum)


def read_time(value: object) -> TimeOfDay:
    text = _text(value, 'a time goes in quotes: "07:00"')
    try:
        time = TimeOfDay.parse(text)
    except ValueError:
        raise ValueError(f'"{text}" is not a time: write it like "07:00" or "22:30"') from None
    if time.minutes == MINUTES_PER_DAY:
        raise ValueError('"24:00" may only end a window; midnight is "00:00"')
    return time


def read_zone(value: object) -> str:
    text = _text(value, 'a time zone is a name such as "Europe/London"')
    if text not in _zones():
        by_city = {name.rpartition("/")[2]: name for name in sorted(_zones(), reverse=True)}
        meant = f'; did you mean "{by_city[text]}"?' if text in by_city else did_you_mean(text, _zones())
        raise ValueError(f'"{text}" is not a time zone{meant or "; one looks like Europe/London"}')
    return text


def read_language(value: object) -> str:
    return _text(value, 'a language is a short name such as "en"')


def read_date(value: object) -> date:
    text = _text(value, "a date is written 2027-03-14", private=True)
    try:
        return date.fromisoformat(text if re.search(DATE_PATTERN, text) else "")
    except ValueError:
        # The text is not repeated: a due date tells the week of pregnancy.
        raise ValueError("no such date; dates are written year-month-day: 2027-03-14") from None


def read_instant(value: object) -> datetime:
    """A day, a day and a time on the person's wall clock (both naive), or with an offset (aware)."""
    wanted = "write it 2027-03-14, 2027-03-14 08:00 or 2027-03-14T08:00:00+01:00"
    text = _text(value, wanted)
    try:
        return datetime.fromisoformat(text if re.search(INSTANT_PATTERN, text) else "")
    except ValueError:
        raise ValueError(f'"{text}" is not a day or instant: {wanted}') from None


def read_duration(least: timedelta, most: timedelta, said: str) -> Callable[[object], timedelta]:
    def read(value: object) -> timedelta:
        duration = parse_duration(_text(value, f"a duration has a unit: {said}"))
        if not least <= duration <= most:
            raise ValueError(f'"{value}" is out of bounds: it must be {said}')
        return duration

    return read


def read_weeks(value: object) -> Weeks:
    return parse_weeks(_text(value, "weeks are written 14-40, or 14- for up to the end"))


def read_when(value: object) -> Schedule | bool:
    """A schedule; True: the catalogue's; False: off."""
    if isinstance(value, bool):
        return value
    text = _text(value, 'write on, off or a phrase such as "at 08:00"')
    word = text.strip().lower()
    if word in ("on", "off"):
        return word == "on"
    if word in ("yes", "no", "true", "false"):
        raise ValueError(f'"{text}": write {"on" if word in ("yes", "true") else "off"}')
    return parse_schedule(text)


def read_quiet_hours(value: object) -> tuple[QuietInterval, ...]:
    wanted = 'quiet hours are a list: ["22:30-07:00"], or [] for none'
    if isinstance(value, str):
        return (parse_quiet_interval(value),)
    if not isinstance(value, list):
        raise ValueError(f"{_shown(value)}: {wanted}")  # noqa: TRY004 pydantic turns only ValueError into a fault
    return tuple(parse_quiet_interval(_text(item, wanted)) for item in value)


def read_channels(value: object) -> tuple[ChannelName, ...]:
    names = value if isinstance(value, list) else [value]
    channels = tuple(_one_of(ChannelName, name, "channel") for name in names)
    if not 1 <= len(channels) <= 2:
        raise ValueError("write one channel or a list of two, the second for when the first fails")
    if len(set(channels)) < len(channels):
        raise ValueError(f'"{channels[0]}" is there twice: the second channel is for when the first fails')
    return channels


def read_consent(value: object) -> Consent:
    return _one_of(Consent, value, "consent")


def read_id(value: object) -> str:
    text = _text(value, "an id that is a number goes in quotes")
    if not _ID.fullmatch(text):
        raise ValueError('an id has up to 64 letters, digits, ".", "_" or "-" and begins with a letter or digit')
    return text


def read_plan(value: object) -> str:
    return _text(value, "a plan's name that is a number goes in quotes").strip()


def read_name(value: object) -> str:
    text = _text(value, "a name that is a number goes in quotes", private=True).strip()
    if len(text) > 100 or not text.isprintable():
        raise ValueError("a name has up to 100 characters on one line")
    return text


def read_token(text: str) -> str:
    """It travels in a header, and is all that keeps strangers out."""
    if len(text) < SHORTEST_TOKEN or not all("!" <= character <= "~" for character in text):
        raise ValueError(f"a token has at least {SHORTEST_TOKEN} ASCII characters and no blank: `openssl rand -hex 32`")
    return text


def read_contact(read: Callable[[str], str], remedy: str) -> Callable[[object], str]:
    def read_it(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(remedy)  # noqa: TRY004 pydantic turns only ValueError into a fault
        return read(value)

    return read_it


def _text(value: object, remedy: str, *, private: bool = False) -> str:
    if not isinstance(value, str):
        shown = "not text" if private and value is not None else _shown(value)
        raise ValueError(f"{shown}: {remedy}")  # noqa: TRY004 pydantic turns only ValueError into a fault
    return value


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"{str(value).lower()} is not text"
    return f"{value} is a number" if isinstance(value, int | float) else "not text"


def _one_of(choices: type[Choice], value: object, noun: str) -> Choice:
    names = [str(choice) for choice in choices]
    text = _text(value, f"{noun} is one of {', '.join(names)}")
    if text not in names:
        raise ValueError(f'"{text}" is no {noun}; there are {_listed(names)}{did_you_mean(text, names)}')
    return choices(text)


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


def _string(pattern: str, *examples: str) -> WithJsonSchema:
    return _schema(type="string", pattern=pattern, examples=list(examples))


Time = Annotated[TimeOfDay, PlainValidator(read_time), _string(TIME_PATTERN, "07:00", "22:30")]
Zone = Annotated[
    str, PlainValidator(read_zone), _string("^[A-Za-z][A-Za-z0-9_+/-]*$", "Europe/London", "America/New_York", "UTC")
]
Language = Annotated[str, PlainValidator(read_language), _schema(type="string")]
Day = Annotated[date, PlainValidator(read_date), _string(DATE_PATTERN, "2027-03-14")]
Instant = Annotated[datetime, PlainValidator(read_instant), _string(INSTANT_PATTERN, "2027-03-14", "2027-03-14 08:00")]
Late = Annotated[
    timedelta,
    PlainValidator(read_duration(timedelta(minutes=1), timedelta(days=1), 'between "1 min" and "24 h"')),
    _string(DURATION_PATTERN, "45 min", "1 h 30 min"),
]
Spread = Annotated[
    timedelta,
    PlainValidator(read_duration(timedelta(0), timedelta(hours=6), 'between "0 min" and "6 h"')),
    _string(DURATION_PATTERN, "10 min", "1 h"),
]
Retention = Annotated[
    timedelta,
    PlainValidator(read_duration(timedelta(days=1), timedelta(days=3650), 'between "1 day" and "3650 days"')),
    _string(DURATION_PATTERN, "90 days"),
]
WeeksRange = Annotated[Weeks, PlainValidator(read_weeks), _string(WEEKS_PATTERN, "14-40", "28-")]
PHRASES = ("at 08:00 and 12:30", "every 2 h from 09:00 to 17:00 on weekdays", "30 min before bedtime")
When = Annotated[
    Schedule | bool,
    PlainValidator(read_when),
    _schema(
        anyOf=[
            {"type": "string", "enum": ["on", "off"]},
            {"type": "string", "pattern": PHRASE_PATTERN, "examples": list(PHRASES)},
            {"type": "boolean"},
        ]
    ),
]
QUIET_INTERVAL = {"type": "string", "pattern": INTERVAL_PATTERN, "examples": ["22:30-07:00"]}
QuietHours = Annotated[
    tuple[QuietInterval, ...],
    PlainValidator(read_quiet_hours),
    _schema(anyOf=[{"type": "array", "items": QUIET_INTERVAL}, QUIET_INTERVAL]),
]
CHANNEL = {"type": "string", "enum": [str(name) for name in ChannelName]}
Channels = Annotated[
    tuple[ChannelName, ...],
    PlainValidator(read_channels),
    _schema(anyOf=[CHANNEL, {"type": "array", "items": CHANNEL, "minItems": 1, "maxItems": 2, "uniqueItems": True}]),
]
ConsentGiven = Annotated[
    Consent, PlainValidator(read_consent), _schema(type="string", enum=[str(consent) for consent in Consent])
]
Switch = Annotated[bool, _schema(anyOf=[{"type": "boolean"}, {"type": "string", "enum": ["on", "off", "yes", "no"]}])]
PersonId = Annotated[str, PlainValidator(read_id), _string("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", "me", "ann-2027")]
PlanName = Annotated[str, PlainValidator(read_plan), _schema(type="string", minLength=1, examples=["standard"])]
PersonName = Annotated[str, PlainValidator(read_name), _schema(type="string", maxLength=100)]
A_NUMBER = 'a number goes in quotes, with its country code: "+44 7700 900123"'
Phone = Annotated[
    str,
    PlainValidator(read_contact(read_phone, A_NUMBER)),
    _string("^\\s*[+\N{FULLWIDTH PLUS SIGN}]", "+44 7700 900123"),
]
Email = Annotated[
    str,
    PlainValidator(read_contact(read_email, "an email address is text such as sam@example.org")),
    _string("^[^@]+@[^@]+$", "sam@example.org"),
]
SmsSender = Annotated[
    str,
    PlainValidator(read_contact(read_sms_sender, A_NUMBER)),
    _schema(type="string", minLength=1, examples=["+44 7700 900123", "LEGUP"]),
]
Mailbox = Annotated[
    str,
    PlainValidator(read_contact(read_mailbox, "an email address is text such as nudges@example.org")),
    _string("^[^@]+@[^@]+$", "nudges@example.org", "legup <nudges@example.org>"),
]
AppriseUrl = Annotated[
    str,
    PlainValidator(read_contact(read_apprise_url, "an Apprise URL is text such as ntfy://topic")),
    _string("://", "ntfy://topic"),
]
ApiToken = Annotated[
    SecretStr,
    PlainValidator(lambda value: SecretStr(read_contact(read_token, "a token is text")(value))),
    _schema(type="string", format="password", pattern=f"^[!-~]{{{SHORTEST_TOKEN},}}$", writeOnly=True),
]
HeartbeatUrl = Annotated[
    SecretStr,
    PlainValidator(lambda value: SecretStr(read_contact(read_heartbeat_url, "a heartbeat URL is text")(value))),
    _schema(type="string", format="password", pattern="^https?://[^/]", writeOnly=True),
]

"""A new config file from answers: the packaged example with them put in, so that its comments stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from config.example import example
from config.loading import load
from messages.rendering import Renderer
from scheduler.service.checking import Report, check
from scheduler.service.defaults import nudge_defaults

CHANNELS = ("console", "sms", "email")
"""What `init` can set up. Apprise needs a secret URL, which is better written into the file than on a command line."""

ACCOUNTS = {"sms": "twilio", "email": "smtp"}
"""The section that holds a channel's account."""

_SECRETS = {"twilio": "  auth_token: put-your-token-here", "smtp": "  password: put-your-password-here"}
"""What the example leaves out, and the check asks for."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.@+/-]*|\d{4}-\d{2}-\d{2}")
_NOT_TEXT = frozenset({"on", "off", "yes", "no", "true", "false", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked, as typed, by key of the file; None leaves the example's line as it is."""

    timezone: str
    id: str | None = None
    name: str | None = None
    channel: str | None = None
    phone: str | None = None
    email: str | None = None
    wake: str | None = None
    bedtime: str | None = None
    due_date: str | None = None

    def with_answer(self, key: str, value: str) -> Answers:
        return replace(self, **{key: value})

    def text(self) -> str:
        """The file they make, valid or not."""
        text = example(_scalar("timezone", self.timezone))
        for key in ("id", "name", "channel", "phone", "email", "wake", "bedtime", "due_date"):
            value: str | None = getattr(self, key)
            if value is not None:
                text = _put(text, key, _scalar(key, value))
        return _with_account(text, ACCOUNTS[self.channel]) if self.channel in ACCOUNTS else text


def fault_of(answers: Answers, key: str) -> str | None:
    """What is wrong with the answer of this key, in the words of `check`; None when nothing is."""
    with _file(answers.text()) as file:
        faults = load(file, nudges=tuple(nudge_defaults()), languages=_languages, environ={}).faults
    return next((each.text for each in faults if each.path[-1:] == (key,) and not each.warning), None)


def judged(text: str, today: date) -> Report:
    """What `check` says of a file with this text, whatever the environment holds."""
    with _file(text) as file:
        return check(file, {}, today)


def _languages(templates: Path | None) -> tuple[str, ...]:
    return Renderer(templates).languages()


@contextmanager
def _file(text: str) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "legup.yaml"
        file.write_text(text, encoding="utf-8")
        yield file


def fitted(text: str, today: date) -> tuple[str, Sequence[str], Report]:
    """The text with those nudges off that these wake and bed times leave no room for, their names, and the check."""
    report = judged(text, today)
    quiet = [str(each.fault.path[3]) for each in report.faults if each.fault.path[2:3] == ("nudges",)]
    for nudge in quiet:
        text = _put(text, nudge, "off")
    return text, quiet, judged(text, today) if quiet else report


def _put(text: str, key: str, value: str) -> str:
    """Give the first line of this key, commented out or not, another value; its comment stays in its column."""
    pattern = rf"^(?P<lead> *(?:- )?)(?:# )?{key}: .*?(?P<comment># .*)?$"
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise LookupError(f"the example has no line for {key}")
    line = f"{found['lead']}{key}: {value}"
    if found["comment"]:
        line = f"{line:<{found.start('comment') - found.start() - 2}}  {found['comment']}"
    return text[: found.start()] + line + text[found.end() :]


def _scalar(key: str, value: str) -> str:
    """A YAML scalar that is read as this text (or as this day)."""
    plain = _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT and key not in {"wake", "bedtime", "phone"}
    return value if plain else json.dumps(value, ensure_ascii=False)


def _with_account(text: str, section: str) -> str:
    """The section uncommented, with placeholders where something of one's own belongs."""
    before, heading, rest = text.partition(f"# {section}:\n")
    lines = rest.split("\n")
    length = next(number for number, line in enumerate(lines) if not line.startswith("#   "))
    account = [line.removeprefix("# ") for line in lines[:length]]
    return before + "\n".join([heading.removeprefix("# ").rstrip(), *account, _SECRETS[section], *lines[length:]])

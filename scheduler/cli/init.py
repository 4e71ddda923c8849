"""`legup init`: a first config file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.failure import USAGE, Failure

if TYPE_CHECKING:  # imported when the command runs
    from datetime import date

    from scheduler.cli.answers import Answers

_QUESTIONS = {
    "name": "Your name, for the greeting of emails (may stay empty)",
    "timezone": "Your time zone",
    "wake": "When do you get up?",
    "bedtime": "When do you go to bed?",
    "channel": "How should nudges reach you: console, sms or email?",
    "phone": "Your phone number, with its country code",
    "email": "Your email address",
    "due_date": "Your due date, such as 2027-03-14 (may stay empty)",
}
_USUAL = {"wake": "07:00", "bedtime": "22:30", "channel": "console"}
_CONTACTS = {"phone": "sms", "email": "email"}
"""Contacts are asked for only where the channel needs them."""

Text = str | None


def init(
    identifier: Annotated[Text, typer.Option("--id", metavar="ID", help="Short name for logs. [default: me]")] = None,
    name: Annotated[Text, typer.Option(metavar="NAME", help="For the greeting of emails.")] = None,
    timezone: Annotated[Text, typer.Option(metavar="ZONE", help="[default: this machine's]")] = None,
    channel: Annotated[Text, typer.Option(metavar="NAME", help="console, sms or email. [default: console]")] = None,
    phone: Annotated[Text, typer.Option(metavar="NUMBER", help="With its country code.")] = None,
    email: Annotated[Text, typer.Option(metavar="ADDRESS", help="Where emails go.")] = None,
    wake: Annotated[Text, typer.Option(metavar="TIME", help="[default: 07:00]")] = None,
    bedtime: Annotated[Text, typer.Option(metavar="TIME", help="[default: 22:30]")] = None,
    due_date: Annotated[Text, typer.Option(metavar="DAY", help="Nudges then follow the weeks.")] = None,
    path: Annotated[Path, typer.Option(metavar="FILE", help="Where to write.")] = Path("legup.yaml"),
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Write a first config file, with a few questions.

    What is given as an option is not asked; without a terminal nothing is. The file is commented, passes `check` and
    can be read by you alone. A file that is there already is never overwritten.

    \b
    Examples:
      legup init
      legup init --yes --timezone Europe/Madrid --wake 06:30 --bedtime 22:00
      legup init --channel email --email sam@example.org --path practice.yaml
    """
    from scheduler.cli.answers import Answers
    from scheduler.cli.starter import machine_zone, refuse_existing
    from scheduler.clock import SystemClock

    refuse_existing(path, "--path")
    today = SystemClock().now().astimezone().date()
    typed = {
        "id": identifier,
        "name": name,
        "timezone": timezone,
        "channel": channel,
        "phone": phone,
        "email": email,
        "wake": wake,
        "bedtime": bedtime,
        "due_date": due_date,
    }
    given = {key: value for key, value in typed.items() if value is not None}
    answers = _given(Answers(machine_zone()), given)
    if not yes and sys.stdin.isatty():
        answers = _asked(answers, given)
    _write(path, answers, today)


def _given(answers: Answers, given: dict[str, str]) -> Answers:
    """With the options. The first one that is wrong ends the command."""
    for key, value in given.items():
        answers = answers.with_answer(key, value)
        wrong = _wrong(answers, key, value)
        if wrong is not None:
            raise Failure(f"--{key.replace('_', '-')}: {wrong}", USAGE)
    return answers


def _asked(answers: Answers, given: dict[str, str]) -> Answers:
    """With the answers typed to those questions that no option answered."""
    print("A few questions; Enter takes what stands in brackets.", file=sys.stderr)
    for key, question in _QUESTIONS.items():
        if key not in given and _CONTACTS.get(key) in {None, answers.channel}:
            answers = _answered(answers, key, question)
    return answers


def _answered(answers: Answers, key: str, question: str) -> Answers:
    """With one answer, asked for until it is right."""
    from scheduler.cli.asking import ask

    usual = answers.timezone if key == "timezone" else _USUAL.get(key)
    while True:
        typed = ask(f"{question}{f' [{usual}]' if usual else ''}: ") or usual or ""
        if not typed and key not in _CONTACTS:
            return answers
        candidate = answers.with_answer(key, typed)
        wrong = _wrong(candidate, key, typed)
        if wrong is None:
            return candidate
        print(f"  {wrong}", file=sys.stderr)


def _wrong(answers: Answers, key: str, value: str) -> str | None:
    from config.environment import is_text
    from scheduler.cli.answers import CHANNELS, fault_of

    if not is_text(value):
        return "this is not UTF-8 text"
    if key == "channel":  # that its contact is still missing is no fault of this answer
        return None if value in CHANNELS else f"{value!r} cannot be set up here; choose {', '.join(CHANNELS)}"
    return fault_of(answers, key)


def _write(path: Path, answers: Answers, today: date) -> None:
    from scheduler.cli.answers import ACCOUNTS, fitted
    from scheduler.cli.starter import write_new

    text, switched_off, report = fitted(answers.text(), today)
    if report.faults:
        raise Failure("; ".join(each.fault.text for each in report.faults), USAGE)
    write_new(path, text, "--path")
    print(f"Wrote {path}.")
    for nudge in switched_off:
        print(f"{nudge} is off: its usual time lies in your quiet hours. Give it a time of its own there.")
    for each in report.warnings:
        print(f"warning: {each.fault.text}")
    if answers.channel in ACCOUNTS:
        print(f"Before `legup run`: put your own account into its `{ACCOUNTS[answers.channel]}` section.")
    there = "" if path == Path("legup.yaml") else f"--config {path} "
    print(f"Next: legup {there}preview")

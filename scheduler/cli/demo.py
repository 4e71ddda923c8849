"""`legup demo`: a day of nudges in about a minute."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # imported when the command runs
    import datetime as dt
    from collections.abc import Callable

_FRAME = 1 / 12
"""Seconds between two moves of the clock at the foot of the screen."""


def demo(
    seconds: Annotated[float, typer.Option(min=0, help="How long the day takes; 0 shows it at once.")] = 60.0,
    date: Annotated[str | None, typer.Option(metavar="DAY", help="Which day, as 2026-11-23. [default: today]")] = None,
) -> None:
    """Watch a whole day of one person's nudges in about a minute.

    Only the clock is made up: a file is read and checked, nudges are planned, kept in a database, printed here and
    mailed to a mail server on this machine. Nothing leaves it, and nothing is left behind.

    \b
    Examples:
      legup demo
      legup demo --seconds 20 --date 2026-03-29
    """
    from scheduler.cli.demo_screen import Screen
    from scheduler.service.demo import Demo

    with Demo(_day(date)) as staged:
        screen = Screen()
        screen.introduce(staged.begins, seconds)
        with screen.clock(staged.begins, staged.ends) as turn:
            pace = _Pace(staged.begins, seconds / (staged.ends - staged.begins).total_seconds(), turn)
            for happening in staged.happenings():
                pace.wait_for(happening.at)
                screen.show(happening)
        screen.conclude(staged.lines(), len(staged.mailbox.letters))


class _Pace:
    """Lets a moment of the day come when it is its turn."""

    def __init__(self, begins: dt.datetime, scale: float, turn: Callable[[dt.datetime], None]) -> None:
        self._begins = begins
        self._scale = scale
        """Seconds here for a second there."""
        self._turn = turn
        self._started = time.monotonic()

    def wait_for(self, at: dt.datetime) -> None:
        due = self._started + (at - self._begins).total_seconds() * self._scale
        while (left := due - time.monotonic()) > 0:
            self._turn(at - _seconds(left / self._scale))
            time.sleep(min(left, _FRAME))


def _seconds(count: float) -> dt.timedelta:
    from datetime import timedelta

    return timedelta(seconds=count)


def _day(text: str | None) -> dt.date:
    from datetime import date

    from scheduler.clock import SystemClock

    if text is None:
        return SystemClock().now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a day; expected one such as 2026-11-23", param_hint="--date"
        ) from None

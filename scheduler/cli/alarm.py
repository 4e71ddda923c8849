"""The watchman's answer on a terminal: one line and an exit code, for cron, a timer or a monitor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli.failure import Failure

if TYPE_CHECKING:  # imported when a command runs
    from config.settings import Service

ALARM = 1
CANNOT_TELL = 3
"""As monitors have it: neither well nor ill, for the watchman himself is ill."""


def sound_alarm(named: Path | None, *, as_json: bool) -> int:
    """Print how things are; returns the exit code: 0 well, ALARM. Raises Failure (CANNOT_TELL)."""
    from scheduler.cli.terminal import print_json
    from scheduler.clock import SystemClock
    from scheduler.delivery.watchman import ago
    from scheduler.service.errors import ServiceError
    from scheduler.service.watch import watch

    now = SystemClock().now()
    try:
        vitals, found = watch(_service(named), now)
    except ServiceError as error:
        raise Failure(str(error), CANNOT_TELL) from None
    if as_json:
        print_json([{"trouble": each.trouble.value, "text": each.text} for each in found])
    elif found:
        typer.echo(f"ALARM: {'; '.join(each.text for each in found)}")
    elif vitals is not None and vitals.last_tick_at is not None:
        typer.echo(f"ok: the service looked at what is due {ago(now - vitals.last_tick_at)} ago, and nothing is late")
    return ALARM if found else 0


def _service(named: Path | None) -> Service:
    from config.finding import ConfigNotFound, find_config
    from config.glance import glance

    try:
        return glance(find_config(named, os.environ), os.environ)
    except OSError as error:
        raise Failure(f"{error.filename}: {error.strerror}", CANNOT_TELL) from None
    except (ConfigNotFound, ValueError) as error:
        raise Failure(str(error), CANNOT_TELL) from None

"""Finding and reading the config file, with its faults printed where there are any."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from scheduler.cli.failure import Failure
from scheduler.cli.terminal import counted

if TYPE_CHECKING:  # pydantic and the rest of config cost 100 ms, which --help need not pay
    from config.settings import Config
    from scheduler.service.checking import Finding, Report


def find(named: Path | None) -> Path:
    """The config file to use. Raises ConfigNotFound."""
    from config.finding import find_config

    return find_config(named, os.environ)


def judge(source: Path) -> Report:
    """Check the file as a whole, as of today on this machine."""
    from scheduler.clock import SystemClock
    from scheduler.service.checking import check

    return check(source, os.environ, SystemClock().now().astimezone().date())


def read(named: Path | None, *, warn: bool = False) -> Config:
    """The configuration. Its faults (and, when asked, its warnings) go to stderr; faults end the command."""
    report = judge(find(named))
    if report.config is None:
        refuse(report)
    if warn:
        show(report.warnings)
    return report.config


def refuse(report: Report) -> NoReturn:
    """Show what is wrong and end the command."""
    show(report.findings)
    raise Failure(f"{summary(report)} in {report.source}; nothing was done")


def show(findings: Iterable[Finding]) -> None:
    """One line each on stderr, with a caret under schedule phrases."""
    for finding in findings:
        print(finding, file=sys.stderr)


def summary(report: Report) -> str:
    """`3 faults, 1 warning`; when there are no faults, what the file holds."""
    warnings = counted(len(report.warnings), "warning") if report.warnings else ""
    if report.config is None:
        return ", ".join(filter(None, [counted(len(report.faults), "fault"), warnings]))
    people = report.config.people
    nudges = sum(each.on for person in people for each in person.preferences.nudges)
    holds = f"ok: {counted(len(people), 'person', 'people')}, {counted(nudges, 'nudge')}"
    if plans := report.config.plans.named:
        holds += f", {counted(len(plans), 'plan')}"
    return f"{holds} ({warnings})" if warnings else holds

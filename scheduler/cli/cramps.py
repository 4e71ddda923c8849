"""`legup cramps ID`: nights with cramps beside stretches done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import AsJson, ConfigPath, named_config

if TYPE_CHECKING:  # imported when the command runs
    from scheduler.service.diary import Diary, DiaryDay

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_WEEKS = 104


def cramps(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="ID", help="The person's id.")],
    weeks: Annotated[int, typer.Option(metavar="N", min=1, max=_MOST_WEEKS, help="How many weeks back.")] = 8,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, for a provider or a spreadsheet.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Show a person's cramp diary: nights with cramps beside stretches done.

    It is made of what they texted or clicked: CRAMP and DONE. A cramp counts to the night from noon to noon.

    \b
    Examples:
      legup cramps sam
      legup cramps sam --weeks 4
      legup cramps sam --csv > cramps.csv
    """
    from scheduler.cli.configuration import read
    from scheduler.cli.terminal import print_json
    from scheduler.clock import SystemClock
    from scheduler.service.assembly import open_outbox
    from scheduler.service.diary import diary_of

    if as_csv and as_json:
        raise typer.BadParameter("give one of --csv and --json", param_hint="--csv")
    now = SystemClock().now()
    outbox = open_outbox(read(named_config(context, config)).service)
    try:
        who = outbox.correspondent(person, now)
        if who is None:
            raise Failure(
                f"the database knows no {person!r} who gets nudges; `legup people export` has all that is held"
            )
        found = diary_of(who, outbox.diary, weeks, now)
    finally:
        outbox.close()
    if as_csv:
        typer.echo(found.csv(), nl=False)
    elif as_json:
        print_json([_record(day) for day in found.days if day.cramps or day.dones])
    else:
        _print(found)


def _print(diary: Diary) -> None:
    from scheduler.cli.terminal import counted, table, terminal

    console = terminal()
    grid = table("", *_WEEKDAYS)
    for week in diary.weeks:
        grid.add_row(f"{week[0].day.day} {week[0].day:%b}", *(_cell(day, diary) for day in week))
    stretched = sum(day.stretched for day in diary.days)
    console.print(grid)
    console.print()
    console.print(
        f"{counted(diary.cramps, 'cramp')} in {counted(diary.nights, 'night')}; a stretch done on "
        f"{counted(stretched, 'day')}. Times are those of {diary.zone}."
    )
    console.print("x: a cramp in the night that begins then. +: a stretch done. Not a diagnosis.", style="dim")


def _cell(day: DiaryDay, diary: Diary) -> str:
    if day.day > diary.today:
        return ""
    number = len(day.cramps)
    marks = ("+" if day.stretched else "") + ("x" * number if number <= 3 else f"{number}x")
    return marks or "."


def _record(day: DiaryDay) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "cramps": [at.isoformat(timespec="minutes") for at in day.cramps],
        "done": [{"at": at.isoformat(timespec="minutes"), "nudge": nudge} for at, nudge in day.dones],
    }

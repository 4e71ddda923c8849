"""How the demo looks: the time on the left, what happens beside it, a clock at the foot, and a table at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from textwrap import indent

from rich.live import Live
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from config.person import ChannelName
from scheduler.cli.terminal import counted, table, terminal
from scheduler.delivery.delivery import State
from scheduler.delivery.outcome import Accepted
from scheduler.service.demo import FILE, Happening, Line, Silent, Told, Tried

_KIND, _CHANNEL = 16, 7
"""Widths of the widest nudge and channel."""
_STYLES = {State.SENT: "green", State.MISSED: "yellow", State.SUPPRESSED: "dim"}


class Screen:
    """Standard output: a terminal, or lines in a pipe."""

    def __init__(self) -> None:
        self._console = terminal()

    def introduce(self, begins: datetime, seconds: float) -> None:
        """What is about to be seen."""
        length = f"in {seconds:g} seconds" if seconds else "at once"
        say = self._console.print
        say(Text.assemble((f"{begins:%A} {begins.day} {begins:%B %Y}", "bold"), f", a whole day of nudges {length}"))
        say("Only the clock is made up. Sam's file, the plan, the database and the mail server are real, and here.")
        say()
        say(Text(indent(FILE, "  "), "dim"))

    @contextmanager
    def clock(self, begins: datetime, ends: datetime) -> Iterator[Callable[[datetime], None]]:
        """A clock at the foot of a terminal while entered; what is yielded turns it. No clock in a pipe."""
        if not self._console.is_terminal:
            yield lambda _now: None
            return
        whole = (ends - begins).total_seconds()
        with Live(console=self._console, auto_refresh=False, transient=True) as live:

            def turn(now: datetime) -> None:
                foot = Table.grid(padding=(0, 2))
                foot.add_row(
                    Text(f"{now:%H:%M}", "bold"),
                    ProgressBar(whole, (now - begins).total_seconds(), width=40, complete_style="cyan"),
                )
                live.update(Padding(foot, (1, 0, 0, 0)), refresh=True)

            yield turn

    def show(self, happening: Happening) -> None:
        """One thing that happened."""
        match happening:
            case Told(at, text):
                self._row(at, Text(text, "italic cyan"))
            case Silent(at, line):
                words = f"{_due(line.due, at)}{_said(line)}: {line.why}"
                self._nudge(at, line.kind, None, Text(words, _STYLES[line.state]))
            case Tried():
                self._nudge(happening.at, happening.message.kind, happening.channel, _words(happening))

    def conclude(self, lines: Sequence[Line], letters: int) -> None:
        """The day in a table."""
        grid = table()
        grid.show_header = True
        for heading in ("time", "nudge", "by", "what happened", "why"):
            grid.add_column(heading, no_wrap=heading != "why")
        for line in lines:
            style = _STYLES.get(line.state, "")
            by = line.channel.value if line.state is State.SENT else ""
            grid.add_row(f"{line.due:%H:%M}", _plain(line.kind), by, Text(_said(line), style), line.why)
        say = self._console.print
        say()
        say(Text("The day, slot by slot", "bold"))
        say(grid)
        say()
        totals = Counter(_said(line) for line in lines)
        say(", ".join(f"{count} {what}" for what, count in totals.items()) + ".")
        say(f"{counted(letters, 'letter')} lay in the mailbox on this machine. Nothing was sent outside this machine.")

    def _nudge(self, at: datetime, kind: str, channel: ChannelName | None, words: Text) -> None:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=_KIND, no_wrap=True)
        grid.add_column(width=_CHANNEL, no_wrap=True)
        grid.add_column()
        grid.add_row(Text(_plain(kind), "bold" if channel else "dim"), Text(channel.value if channel else ""), words)
        self._row(at, grid)

    def _row(self, at: datetime, what: Text | Table) -> None:
        row = Table.grid(padding=(0, 2, 0, 0))
        row.add_column(width=5, no_wrap=True, style="bold")
        row.add_column()
        row.add_row(f"{at:%H:%M}", what)
        self._console.print(row)


def _words(tried: Tried) -> Text:
    message = tried.message
    if not isinstance(tried.outcome, Accepted):
        return Text(tried.outcome.reason, "yellow")
    due = (_due(message.due_local, tried.at), "yellow")
    if not message.subject:
        return Text.assemble(due, message.text)
    _greeting, first, *_rest = message.text.split("\n\n")
    return Text.assemble(due, (message.subject, "underline"), "\n", " ".join(first.split()))


def _due(due: datetime, at: datetime) -> str:
    """Empty for what came in its minute."""
    return "" if at - due < timedelta(minutes=1) else f"(due {due:%H:%M}) "


def _said(line: Line) -> str:
    return "not sent" if line.state is State.SUPPRESSED else str(line.state)


def _plain(kind: str) -> str:
    return kind.replace("_", " ")

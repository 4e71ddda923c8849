"""The console: a nudge is printed where legup runs. No account, no network."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import fill, indent
from typing import TextIO

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from config.person import ChannelName
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted, Outcome, RetryAfter

WIDTH = 76


class ConsoleChannel:
    """Prints each message: in a box on a terminal, as plain lines into a file or a pipe."""

    name = ChannelName.CONSOLE

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        """Print the messages one after the other."""
        del now  # a printed message shows when it was due
        for message in messages:
            yield message, self._print(message)

    def close(self) -> None:
        """Nothing to let go of: the stream is not ours."""

    def _print(self, message: Message) -> Outcome:
        try:
            if self._stream.isatty():
                self._print_box(message)
            else:
                self._stream.write(self._encodable(_plain(message)))
            self._stream.flush()
        except (OSError, ValueError) as fault:
            # A closed pipe, a full disk (OSError), a stream closed by someone else (ValueError).
            return RetryAfter(f"cannot write to the console ({type(fault).__name__})", shared=True)
        return Accepted()

    def _print_box(self, message: Message) -> None:
        console = Console(file=self._stream, highlight=False)
        console.print(
            Panel(
                Text(self._encodable(_clean(message.text))),
                title=Text.assemble((f"{message.due_local:%H:%M}", "bold"), "  ", (_kind(message), "bold cyan")),
                title_align="left",
                subtitle=Text(self._encodable(f"to {message.person}, {_day(message)}")),
                subtitle_align="right",
                border_style="cyan",
                padding=(0, 1),
                width=min(WIDTH, console.width),
            )
        )

    def _encodable(self, text: str) -> str:
        """A terminal of another age shows a question mark rather than nothing at all."""
        encoding = self._stream.encoding or "utf-8"
        return text.encode(encoding, "replace").decode(encoding)


def _plain(message: Message) -> str:
    paragraphs = "\n".join(fill(line, WIDTH - 4) for line in _clean(message.text).splitlines())
    heading = f"{_day(message)} {message.due_local:%H:%M}  {_kind(message)}  (to {message.person})"
    return f"{heading}\n{indent(paragraphs, '    ')}\n\n"


def _day(message: Message) -> str:
    """`Tue 3 Nov`, in the person's zone."""
    return f"{message.due_local:%a} {message.due_local.day} {message.due_local:%b}"


def _kind(message: Message) -> str:
    return message.kind.replace("_", " ")


def _clean(text: str) -> str:
    """Without control characters: a template must not be able to steer the terminal."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")

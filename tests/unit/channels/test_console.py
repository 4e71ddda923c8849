"""What a person sees on the console."""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.channels.console import ConsoleChannel
from scheduler.delivery.outcome import Accepted, RetryAfter
from tests.standins.letters import NOW, a_message


class Terminal(io.TextIOWrapper):
    """A terminal, of the encoding it is given."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)

    def isatty(self) -> bool:
        return True

    def shown(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def broken_pipe() -> Iterator[io.TextIOWrapper]:
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w")
    yield stream
    with pytest.raises(BrokenPipeError):
        stream.close()


def test_a_file_gets_plain_lines() -> None:
    stream = io.StringIO()
    message = a_message(text="Drink a glass of water.\n\nIt can help.")
    assert list(ConsoleChannel(stream).send([message], NOW)) == [(message, Accepted())]
    assert stream.getvalue() == (
        "Tue 3 Nov 22:00  bedtime stretch  (to me)\n    Drink a glass of water.\n\n    It can help.\n\n"
    )


def test_long_lines_are_wrapped() -> None:
    stream = io.StringIO()
    list(ConsoleChannel(stream).send([a_message(text="water " * 40)], NOW))
    assert max(len(line) for line in stream.getvalue().splitlines()) <= 76


def test_a_terminal_gets_a_box_with_the_local_time_and_the_kind() -> None:
    terminal = Terminal("utf-8")
    list(ConsoleChannel(terminal).send([a_message()], NOW))
    shown = terminal.shown()
    assert "22:00" in shown
    assert "bedtime stretch" in shown
    assert "to me, Tue 3 Nov" in shown
    assert "╭" in shown


@pytest.mark.parametrize("terminal", [False, True])
def test_a_stream_without_unicode_shows_what_it_can(terminal: bool) -> None:  # noqa: FBT001  pytest passes it
    stream = Terminal("ascii") if terminal else io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    message = a_message(text="Café ☕ [b]agua[/b]")
    assert list(ConsoleChannel(stream).send([message], NOW)) == [(message, Accepted())]
    stream.seek(0)
    assert "Caf? ? [b]agua[/b]" in stream.read()


def test_a_text_cannot_steer_the_terminal() -> None:
    stream = io.StringIO()
    list(ConsoleChannel(stream).send([a_message(text="safe\x1b[2J\x07\r text")], NOW))
    assert "safe[2J text" in stream.getvalue()


def test_a_broken_pipe_is_worth_another_try(broken_pipe: io.TextIOWrapper) -> None:
    ((_, outcome),) = ConsoleChannel(broken_pipe).send([a_message()], NOW)
    assert outcome == RetryAfter("cannot write to the console (BrokenPipeError)", shared=True)


def test_a_closed_stream_is_worth_another_try(tmp_path: Path) -> None:
    stream = (tmp_path / "out").open("w")
    stream.close()
    ((_, outcome),) = ConsoleChannel(stream).send([a_message()], NOW)
    assert isinstance(outcome, RetryAfter)


def test_closing_leaves_the_stream_open(capsys: pytest.CaptureFixture[str]) -> None:
    channel = ConsoleChannel(sys.stdout)
    channel.close()
    list(channel.send([a_message()], NOW))
    assert "Nudge 1" in capsys.readouterr().out

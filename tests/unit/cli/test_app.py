"""What holds for every command: help, exit codes, one line for every mistake."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from scheduler.cli.app import _slip, app
from scheduler.cli.failure import Failure, told
from tests.standins.commands import LEGUP, Legup

DOCS = Path("docs/commands.md")


def commands(group: object, name: str = "legup") -> Iterator[tuple[str, object]]:
    for word, command in group.commands.items():  # type: ignore[attr-defined]  # typer's own group
        if hasattr(command, "commands"):
            yield from commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(legup: Legup, name: str) -> None:
    ended = legup(*name.split()[1:], "--help")
    assert (ended.code, ended.err) == (0, "")
    assert "Example" in ended.out
    assert f"\n    {name}" in ended.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_stands_in_the_docs(name: str) -> None:
    page = DOCS.read_text()
    section = page.partition(f"## {name}")[2].partition("\n## ")[0]
    assert section, f"{name} has no section"
    for parameter in COMMANDS[name].params:  # type: ignore[attr-defined]  # typer's own command
        for option in (each for each in parameter.opts if each.startswith("--")):
            assert f"`{option}" in section or option == "--help", f"{option} of {name} is not described"


def test_every_option_before_the_commands_stands_in_the_docs() -> None:
    section = DOCS.read_text().partition("\n## ")[0]
    for parameter in typer.main.get_command(app).params:
        for option in (each for each in parameter.opts if each.startswith("--")):
            assert f"`{option}" in section, f"{option} is not described"


def test_help_imports_nothing_heavy() -> None:
    script = "import sys, scheduler.cli; scheduler.cli.main(['preview', '--help']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"rich.table", "sqlalchemy", "apscheduler", "ruamel.yaml", "pydantic_settings", "twilio"} & set(loaded)


def test_legup_alone_shows_its_help(legup: Legup) -> None:
    ended = legup()
    assert (ended.code, ended.err) == (0, "")
    assert "preview" in ended.out


def test_the_version_is_that_of_the_package(legup: Legup) -> None:
    assert legup("--version").out.startswith("legup 0.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "Did you mean 'check'"),
        (["check", "--jsn"], "--json"),
        (["send", "hydration"], "--to"),
        (["preview", "--days", "0"], "--days"),
        (["preview", "--from", "soon"], "not understood"),
        (["preview", "--json", "--ics"], "one of"),
        (["people"], "Missing command"),
    ],
)
def test_a_wrong_command_line_is_one_line_on_stderr_and_2(legup: Legup, words: list[str], said: str) -> None:
    ended = legup(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("legup: ")
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert "--help`" in ended.err


def test_without_any_config_the_places_looked_at_and_the_remedy_are_told(legup: Legup) -> None:
    ended = legup("check")
    assert ended.code == 1
    assert "legup init" in ended.err


def test_an_error_nobody_foresaw_is_told_without_its_text() -> None:
    try:
        raise LookupError("sam@example.org")  # noqa: TRY301 - the test is about where it was raised
    except LookupError as error:
        told_so = _slip(error)
    assert "LookupError at test_app.py:" in told_so
    assert "sam@" not in told_so


def test_errors_that_legup_raises_knowingly_are_told_as_they_are() -> None:
    failure = told(Failure("say so", 2))
    assert failure is not None
    assert (str(failure), failure.code) == ("say so", 2)
    assert str(told(FileNotFoundError(2, "No such file", "x.yaml"))) == "x.yaml: No such file"
    assert told(ZeroDivisionError()) is None


@contextmanager
def hearing_ctrl_c() -> Iterator[None]:
    """A process that is started meanwhile hears of it, also where these tests run in the background and do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_with_130_and_says_nothing(file: Path) -> None:
    """The signal comes while the faults of a config are looked for: from a pipe that nobody writes to."""
    pipe = file.with_name("pipe.yaml")
    os.mkfifo(pipe)
    with (
        hearing_ctrl_c(),
        subprocess.Popen(
            [*LEGUP, "check", "--config", str(pipe)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
        pipe.open("w"),
    ):  # opens as soon as the command reads
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "")


def test_standard_output_that_goes_away_is_no_fault(here: Path) -> None:
    """Its reader has closed the pipe before anything is written."""
    ours, theirs = os.pipe()
    os.close(ours)
    ended = subprocess.run([*LEGUP, "--version"], stdout=theirs, stderr=subprocess.PIPE, text=True, check=False)
    os.close(theirs)
    assert (ended.returncode, ended.stderr) == (1, "")

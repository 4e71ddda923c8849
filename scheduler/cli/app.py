"""The commands put together, and the one place where their errors become lines on stderr and exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.check import check
from scheduler.cli.clock import clock
from scheduler.cli.cramps import cramps
from scheduler.cli.database import database
from scheduler.cli.demo import demo
from scheduler.cli.failure import told
from scheduler.cli.init import init
from scheduler.cli.log import log
from scheduler.cli.options import ConfigPath, Options, Verbose
from scheduler.cli.people import people
from scheduler.cli.preview import preview
from scheduler.cli.run import run
from scheduler.cli.schema import schema
from scheduler.cli.send import send
from scheduler.cli.status import status
from scheduler.cli.web import web
from scheduler.cli.worker import worker

INTERRUPTED = 130
"""128 + SIGINT, as a shell reports it."""

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

# Plain help: it is as readable as rich's panels and takes a quarter of the time.
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, context_settings=_CONTEXT)
for command in (init, check, schema, preview, demo, run, worker, web, send, status, log, cramps):
    app.command()(command)
app.add_typer(people, name="people")
app.add_typer(database, name="db")
app.add_typer(clock, name="clock")


@app.callback(invoke_without_command=True)
def top(
    context: typer.Context,
    config: ConfigPath = None,
    verbose: Verbose = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Well-timed nudges by SMS or email for people with pregnancy leg cramps.

    \b
    First steps:
      legup init       write legup.yaml, with a few questions
      legup preview    see what would be sent today, and when
      legup run        send it, until Ctrl-C
    """
    context.obj = Options(config, verbose)
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"legup {installed('legup')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, by default this process's own.

    Returns the exit code: 0 well, 1 a fault or nothing sent, 2 a wrong command line.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = app(words, prog_name="legup", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _say(_usage(error), error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return 1
    except Exception as error:  # noqa: BLE001 - whatever happens, the person at the keyboard gets one line
        failure = told(error)
        if failure is not None:
            return _say(str(failure), failure.code)
        if {"-v", "--verbose"} & set(words):
            traceback.print_tb(error.__traceback__)
        return _say(_slip(error), 1)
    return code if isinstance(code, int) else 0


def _say(text: str, code: int) -> int:
    print(f"legup: {text}", file=sys.stderr)
    return code


def _usage(error: typer.TyperException) -> str:
    command = getattr(getattr(error, "ctx", None), "command_path", "legup")
    text = error.format_message()
    return f"{text}{'' if text.endswith(('.', '?')) else '.'} Try `{command} --help`."


def _slip(error: Exception) -> str:
    """A fault of legup's own. Its text may quote personal data, so only its type and place are shown."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return f"this is a fault of legup itself ({type(error).__name__}{place}); --verbose shows where"


def _forget_output() -> None:
    """Whoever read our output has gone; without this the interpreter would complain on its way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

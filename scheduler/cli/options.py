"""The options that every command has: they may stand before the command or after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The config file. [default: ./legup.yaml]"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")]
PersonId = Annotated[str | None, typer.Option("--person", metavar="ID", help="Only this person.")]


@dataclass(frozen=True, slots=True)
class Options:
    """What was given before the command."""

    config: Path | None = None
    verbose: bool = False


def named_config(context: typer.Context, after: Path | None) -> Path | None:
    """The file named on the command line; the one after the command wins over the one before it."""
    return after or given(context).config


def given(context: typer.Context) -> Options:
    """What was given before the command."""
    options = context.obj
    return options if isinstance(options, Options) else Options()

"""The `legup` command: one file per subcommand."""

from scheduler.cli.app import main

__all__ = ["main"]

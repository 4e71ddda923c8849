"""`legup db`: the database itself."""

from __future__ import annotations

import typer

from scheduler.cli.options import ConfigPath, named_config

database = typer.Typer(rich_markup_mode=None, help="The database: where it is, and bringing it up to date.")


@database.command()
def path(context: typer.Context, config: ConfigPath = None) -> None:
    """Print where the database is, whether it exists yet or not.

    \b
    Example:
      legup db path
    """
    from scheduler.cli.configuration import read
    from scheduler.service.state import database_path

    typer.echo(str(database_path(read(named_config(context, config)).service)))


@database.command()
def upgrade(context: typer.Context, config: ConfigPath = None) -> None:
    """Make the database, or bring its tables up to date. `legup run` does so by itself.

    \b
    Example:
      legup db upgrade
    """
    from scheduler.cli.configuration import read
    from scheduler.service.assembly import open_outbox
    from scheduler.service.state import database_path

    service = read(named_config(context, config)).service
    open_outbox(service).close()
    typer.echo(f"{database_path(service)} is up to date.")

"""`legup people page ID`: the link to a person's own page, for whoever gets no email with it."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import ConfigPath, named_config


def page(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="ID", help="The person's id.")],
    config: ConfigPath = None,
) -> None:
    """Show the link to a person's own page, to be given to that person and to nobody else.

    Whoever has the link can see and change what they get; it holds until the person is forgotten. Emails carry it.

    \b
    Example:
      legup people page sam
    """
    from scheduler.cli.configuration import read
    from scheduler.service.assembly import message_links, open_outbox

    service = read(named_config(context, config)).service
    links = message_links(service)
    if links is None:
        raise Failure(
            "there are no pages here: `web.enabled` must be on, and `web.public_url` say where they are reached"
        )
    with closing(open_outbox(service)) as outbox:
        handle = outbox.handle_of(person)
    if handle is None:
        raise Failure(f"the database knows no {person!r}; is the id as in the config file?")
    typer.echo(links.page_url(handle))

"""What `send --dry-run` shows: one message exactly as it would go out."""

from __future__ import annotations

from config.person import ChannelName, Person
from config.settings import Config
from messages.segments import segments
from scheduler.cli.failure import USAGE, Failure
from scheduler.cli.terminal import counted, table, terminal
from scheduler.delivery.delivery import Message, NewDelivery
from scheduler.service.rehearsal import rehearse, rehearsed_wording


def print_rehearsal(config: Config, person: Person, new: NewDelivery, *, raw: bool) -> None:
    """Print it, or with `raw` the source of the email. Raises Failure when it is no email."""
    channel = new.channels[0]
    message = rehearse(person, new, channel, rehearsed_wording(config.service), new.due_at)
    if raw:
        print(_source(config, channel, message))
    else:
        _print(new, channel, message)


def _print(new: NewDelivery, channel: ChannelName, message: Message) -> None:
    console = terminal()
    grid = table()
    grid.add_column(style="dim")
    grid.add_column()
    where = "" if channel is ChannelName.CONSOLE else f" to {message.address}"
    grid.add_row("to", f"{message.person}, by {channel.value}{where}")
    if len(new.channels) > 1:
        grid.add_row("or else", ", ".join(each.value for each in new.channels[1:]))
    if message.subject:
        grid.add_row("subject", message.subject)
    if channel is not ChannelName.EMAIL:
        size = segments(message.text)
        grid.add_row("size", f"{counted(size.count, 'segment')}, {size.units} {size.encoding} units")
    console.print(grid)
    console.print()
    console.print(message.text, soft_wrap=True)
    console.print()
    console.print("Nothing was sent.", style="dim")


def _source(config: Config, channel: ChannelName, message: Message) -> str:
    from scheduler.channels.mime import UnfitHeader, build

    smtp = config.service.smtp
    if channel is not ChannelName.EMAIL or smtp is None:
        raise Failure(f"--raw shows an email, and {message.person} gets this by {channel}", USAGE)
    try:
        return build(message, smtp, message.due_local).content.decode()
    except UnfitHeader as error:
        raise Failure(str(error)) from None

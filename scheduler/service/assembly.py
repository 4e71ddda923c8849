"""The one place where everything is put together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

import platformdirs

from config.accounts import Limits
from config.person import ChannelName
from config.settings import Config, Service
from messages.rendering import Renderer
from scheduler.clock import Clock
from scheduler.delivery.judging import Wording
from scheduler.delivery.ports import Channel, Outbox, RosterChange
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.errors import ServiceError
from scheduler.service.pump import Lane, Pump
from scheduler.service.roster import enrolments
from scheduler.service.secret_key import derived, secret_key
from scheduler.storage.sqlite import SqlOutbox, open_sqlite

_CONSOLE_LIMITS = Limits(messages_per_second=100, concurrency=1)


def state_folder() -> Path:
    """Where state is kept unless `database` says otherwise: systemd's StateDirectory, or the user's state folder."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(given) if given else platformdirs.user_state_path("legup")


def database_path(service: Service) -> Path:
    """The SQLite file. Raises ServiceError for a database this version cannot use."""
    if service.database is None:
        return state_folder() / "legup.db"
    if service.database.startswith("sqlite:///"):
        return Path(service.database.removeprefix("sqlite:///")).expanduser()
    if "://" in service.database:
        scheme = service.database.partition("://")[0]
        raise ServiceError(f"`database: {scheme}://…` is not possible in this version; give the path of a SQLite file")
    return Path(service.database).expanduser()


def open_outbox(service: Service) -> SqlOutbox:
    """Open the database, making and migrating it as needed. Raises ServiceError, StorageError."""
    path = database_path(service)
    return open_sqlite(path, contact_key=derived(_key(service), "contacts"))


def build_pump(config: Config, outbox: Outbox, clock: Clock, console: TextIO) -> Pump:
    """A pump on this outbox with a lane for each channel that is set up."""
    service = config.service
    wording = Wording(Renderer(service.templates), derived(_key(service), "message ids"), replies=False)
    return Pump(outbox, build_lanes(service, console), Routines(nudge_defaults()), wording, clock)


def enrol(config: Config, outbox: Outbox, clock: Clock) -> RosterChange:
    """Make the outbox's roster the people of the file."""
    now = clock.now()
    return outbox.enrol(enrolments(config.people, Routines(nudge_defaults()), now), now)


def build_lanes(service: Service, console: TextIO) -> dict[ChannelName, Lane]:
    """A lane for each channel the settings have an account for; providers' libraries are imported only then."""
    return {
        channel.name: Lane(channel, service.limits.get(channel.name, _CONSOLE_LIMITS))
        for channel in _channels(service, console)
    }


def _channels(service: Service, console: TextIO) -> list[Channel]:
    from scheduler.channels.console import ConsoleChannel

    channels: list[Channel] = [ConsoleChannel(console)]
    limits = service.limits
    if service.twilio is not None:
        from scheduler.channels.sms import SmsChannel

        channels.append(SmsChannel(service.twilio, concurrency=limits[ChannelName.SMS].concurrency))
    if service.smtp is not None:
        from scheduler.channels.email import EmailChannel

        channels.append(EmailChannel(service.smtp, concurrency=limits[ChannelName.EMAIL].concurrency))
    if service.apprise is not None:
        from scheduler.channels.apprise import AppriseChannel

        channels.append(AppriseChannel(service.apprise, concurrency=limits[ChannelName.APPRISE].concurrency))
    return channels


def _key(service: Service) -> bytes:
    return secret_key(service.secret_key, database_path(service).parent)

"""The one place where everything is put together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TextIO

from config.inbound import Inbound, inbound_of, links_base
from config.merging import preferences_of
from config.person import ChannelName
from config.settings import Config, Service, Wishes
from messages.rendering import Renderer
from scheduler.clock import Clock
from scheduler.delivery.composing import Wording
from scheduler.delivery.ports import Channel, Outbox, RosterChange
from scheduler.delivery.routines import Routines
from scheduler.service.clockwatch import time_of_record
from scheduler.service.defaults import nudge_defaults
from scheduler.service.errors import ServiceError
from scheduler.service.lane import Lane
from scheduler.service.lock import is_running
from scheduler.service.pump import LEASE, Pump
from scheduler.service.roster import enrolments
from scheduler.service.rosters import keep_up, tell_elsewhere
from scheduler.service.secret_key import derived, service_key
from scheduler.service.state import database_path
from scheduler.storage.dossier import Dossiers
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_dossiers as open_sqlite_dossiers
from scheduler.storage.sqlite import open_sqlite

if TYPE_CHECKING:  # imported where links work, and an extra, for clusters alone
    from scheduler.conversation.links import Links
    from scheduler.storage.postgres import Shared

STATUS = "/twilio/status"
"""Where `web` takes status callbacks."""


def open_outbox(service: Service, *, bulk: bool = False) -> SqlOutbox:
    """Open the database, with more memory to write very much (`bulk`). A file is made and migrated as needed; one that
    workers share is refused unless it has the tables of this version. Raises ServiceError, StorageError."""
    if service.database is not None and service.shared:
        with _extra():
            from scheduler.storage.postgres import open_postgres
        return open_postgres(
            service.database, contact_key=derived(service_key(service), "contacts"), password=_password(service)
        )
    path = database_path(service)
    return open_sqlite(path, contact_key=derived(service_key(service), "contacts"), bulk=bulk)


def open_for_worker(service: Service) -> Shared:
    """The database that workers share. Raises ServiceError, StorageError."""
    if service.database is None or not service.shared:
        raise ServiceError("a worker needs `database: postgresql://...`")
    with _extra():
        from scheduler.storage.postgres import open_shared
    return open_shared(
        service.database, contact_key=derived(service_key(service), "contacts"), password=_password(service)
    )


def dossiers(service: Service) -> Dossiers:
    """The same database, for what is held on single persons. Raises ServiceError, StorageError."""
    if service.database is not None and service.shared:
        with _extra():
            from scheduler.storage.postgres import open_dossiers
        return open_dossiers(service.database, password=_password(service))
    return open_sqlite_dossiers(database_path(service))


def upgrade(service: Service) -> None:
    """Make the database, or bring its tables up to date. Raises ServiceError, StorageError."""
    if service.database is None or not service.shared:
        open_outbox(service).close()
        return
    with _extra():
        from scheduler.service.cluster import make_tables
        from scheduler.storage.postgres import conninfo, upgrade_postgres
    upgrade_postgres(service.database, password=_password(service))
    make_tables(conninfo(service.database, _password(service)))


@contextmanager
def enrolled_outbox(config: Config, clock: Clock) -> Iterator[SqlOutbox]:
    """The database for an operator's command, with the people of the file in it; they are welcomed by `run` only.

    While a `legup run` works on this database, its roster is left as that one read it; so it is where workers share it.
    Raises as `open_outbox`.
    """
    with closing(open_outbox(config.service)) as outbox:
        if not config.service.shared and not is_running(database_path(config.service)):
            now = time_of_record(outbox, clock)
            people = enrolments(config.people, Routines(nudge_defaults()), now)
            outbox.enrol((replace(each, welcome=None, request=None) for each in people), now)
        yield outbox


@contextmanager
def peek(service: Service) -> Iterator[SqlOutbox | None]:
    """The database for a look, closed afterwards; None where none was made yet. Raises ServiceError, StorageError."""
    if not service.shared and not database_path(service).exists():
        yield None
        return
    with closing(open_outbox(service)) as outbox:
        yield outbox


def build_pump(config: Config, outbox: Outbox, clock: Clock, console: TextIO, lease: timedelta = LEASE) -> Pump:
    """A pump on this outbox with a lane for each channel that is set up."""
    service = config.service
    lanes, routines = build_lanes(config, console), Routines(nudge_defaults())
    return Pump(outbox, lanes, routines, build_wording(service), clock, lease)


def build_wording(service: Service) -> Wording:
    """What messages offer: only those replies and links that work in this installation."""
    links, shown = message_links(service), None
    if links is not None:
        from scheduler.service.letters import letters

        shown = letters(links)
    return Wording(
        renderer=Renderer(service.templates),
        key=derived(service_key(service), "message ids"),
        replies=inbound_of(service.twilio, service.web) is not Inbound.OFF,
        links=shown,
    )


def message_links(service: Service) -> Links | None:
    """What makes and reads the links of this installation; None where no link works."""
    base = links_base(service.web)
    if base is None:
        return None
    from scheduler.conversation.links import Links

    return Links(derived(service_key(service), "links"), base)


def can_be_reached(service: Service) -> bool:
    """Whether anything can come in at all."""
    return service.web.enabled or inbound_of(service.twilio, service.web) is not Inbound.OFF


def status_callback(service: Service) -> str | None:
    """Where Twilio is to tell what becomes of a message; None where we ask."""
    base = links_base(service.web)
    webhook = inbound_of(service.twilio, service.web) is Inbound.WEBHOOK
    return f"{base}{STATUS}" if webhook and base is not None else None


def enrol(config: Config, outbox: Outbox, clock: Clock) -> RosterChange:
    """Make the people of the file those of the outbox; people of rosters follow their plans."""
    now = time_of_record(outbox, clock)
    change = outbox.enrol(enrolments(config.people, Routines(nudge_defaults()), now), now)
    tell_elsewhere(change)
    keep_up(outbox, config, now)
    return change


def channels_in_use(config: Config) -> frozenset[ChannelName]:
    """Every channel that a nudge may go out on, of some person of the file or of whoever is on a plan."""
    plans = (preferences_of(Wishes(), plan) for plan in config.plans.named.values())
    return frozenset(
        channel
        for preferences in (*(person.preferences for person in config.people), *plans)
        for channels in (preferences.channels, *(nudge.channels or () for nudge in preferences.nudges if nudge.on))
        for channel in channels
    )


def build_lanes(config: Config, console: TextIO) -> dict[ChannelName, Lane]:
    """A lane for each channel the settings have an account for; providers' libraries are imported only then."""
    return {channel.name: Lane(channel, config.service.limits[channel.name]) for channel in _channels(config, console)}


def _channels(config: Config, console: TextIO) -> list[Channel]:
    from scheduler.channels.console import ConsoleChannel

    channels: list[Channel] = [ConsoleChannel(console)]
    service, limits = config.service, config.service.limits
    if service.twilio is not None:
        from scheduler.channels.sms import SmsChannel

        limit = limits[ChannelName.SMS].concurrency
        channels.append(SmsChannel(service.twilio, concurrency=limit, callback=status_callback(service)))
    if service.smtp is not None:
        from scheduler.channels.email import EmailChannel

        channels.append(EmailChannel(service.smtp, concurrency=limits[ChannelName.EMAIL].concurrency))
    if service.apprise is not None and ChannelName.APPRISE in channels_in_use(config):  # Apprise is an extra
        from scheduler.channels.apprise import AppriseChannel

        channels.append(AppriseChannel(service.apprise, concurrency=limits[ChannelName.APPRISE].concurrency))
    return channels


@contextmanager
def _extra() -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise ServiceError("PostgreSQL needs an extra: pip install 'legup[postgres]'") from None


def _password(service: Service) -> str | None:
    return None if service.database_password is None else service.database_password.get_secret_value()

"""The outbox in a PostgreSQL database that any number of workers share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from psycopg import Connection as Driver
from psycopg import IsolationLevel
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from scheduler.delivery.watchman import Vitals
from scheduler.storage.commons import BellConnection, Commons
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.database import WRITES, Database
from scheduler.storage.dossier import Dossiers
from scheduler.storage.errors import FatalStorageError
from scheduler.storage.migrating import migrate, refuse_other_schema
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.postgres_errors import explained
from scheduler.storage.vitals import vitals

_SETTINGS = {
    "application_name": "legup",
    "jit": "off",  # compiling a statement takes longer than any of ours runs
    # There is an index for whatever is asked often. A new database has no statistics that would tell the server so, and
    # on its first busy evening it would walk through whole tables again and again.
    "enable_seqscan": "off",
    # Whatever the server's default: a crash that forgets what was committed would send it again.
    "synchronous_commit": "on",
    "lock_timeout": "10s",  # as long as a write waits on SQLite
    # A worker that was suspended in the middle of a transaction must not keep its people from the others.
    "idle_in_transaction_session_timeout": "20s",
}

_CONNECT_SECONDS = 10


def open_postgres(url: str, *, contact_key: bytes, password: str | None = None) -> SqlOutbox:
    """Open the outbox in this database (`postgresql://user@host/name`), whose tables must be those of this version.

    `contact_key` as for `open_sqlite`; all workers need the same. Raises StorageError.
    """
    return SqlOutbox(_open(url, password), ContactHasher(contact_key))


@dataclass(frozen=True, slots=True)
class Shared:
    """A database as a worker needs it."""

    outbox: SqlOutbox
    commons: Commons
    bell: Callable[[], BellConnection]
    conninfo: str = field(repr=False)
    """For what works on the same database by itself. It holds the password."""


def open_shared(url: str, *, contact_key: bytes, password: str | None = None) -> Shared:
    """Open it as `open_postgres` does, for a worker. Closing the outbox closes it all, but for what the bell gave."""
    database, place, address = _open(url, password), shown(url), conninfo(url, password)

    def bell() -> BellConnection:
        return BellConnection(address, lambda error: explained(place, error))

    return Shared(SqlOutbox(database, ContactHasher(contact_key)), Commons(database), bell, address)


def conninfo(url: str, password: str | None) -> str:
    """The URL as libpq takes it, with the password in it."""
    parsed = _parsed(url).set(drivername="postgresql")
    if password is not None:
        parsed = parsed.set(password=password)
    return parsed.render_as_string(hide_password=False)


def open_dossiers(url: str, *, password: str | None = None) -> Dossiers:
    """Open the same database for what is held on single persons. Raises StorageError."""
    return Dossiers(_open(url, password))


def upgrade_postgres(url: str, *, password: str | None = None) -> None:
    """Make the tables, or bring them up to date. Workers may run meanwhile. Raises StorageError."""
    database = _database(url, password)
    try:
        migrate(database, shown(url))
    finally:
        database.close()


def glance_postgres(url: str, now: datetime, password: str | None = None) -> Vitals:
    """The vital signs of the service that works on this database. Raises StorageError."""
    database = _open(url, password)
    try:
        with database.read() as connection:
            return vitals(connection, now)
    finally:
        database.close()


def shown(url: str) -> str:
    """The database as messages name it: without a password, and without options that may hold one."""
    parsed = _parsed(url)
    return URL.create("postgresql", parsed.username, None, parsed.host, parsed.port, parsed.database).render_as_string()


def _open(url: str, password: str | None) -> Database:
    database = _database(url, password)
    try:
        refuse_other_schema(database, shown(url))
    except BaseException:
        database.close()
        raise
    return database


def _database(url: str, password: str | None) -> Database:
    place = shown(url)
    return Database(engine(url, password), lambda error: explained(place, error))


def engine(url: str, password: str | None = None) -> Engine:
    """Connections to this database, made as they are needed. Raises FatalStorageError for what is no such URL."""
    parsed = _parsed(url).set(drivername="postgresql+psycopg")
    if password is not None:
        parsed = parsed.set(password=password)
    options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    made = create_engine(
        parsed,
        paramstyle="format",  # positions, as `Prepared` feeds them
        hide_parameters=True,  # an error must not show contacts or message bodies
        pool_size=10,
        max_overflow=20,
        pool_use_lifo=True,
        pool_pre_ping=True,  # a server that was restarted costs nobody a reply
        connect_args={"options": options, "connect_timeout": _CONNECT_SECONDS},
    )
    event.listen(made, "begin", _begin)
    return made


def _begin(connection: Connection) -> None:
    """A read sees one state of the database. A write sees what was committed before each of its statements: first it
    holds whom it works for, then it reads (`locking`). Told to the driver, which puts it into its BEGIN."""
    driver = connection.connection.driver_connection
    if isinstance(driver, Driver):
        writes = connection.get_execution_options().get(WRITES, False)
        driver.read_only = not writes
        driver.isolation_level = None if writes else IsolationLevel.REPEATABLE_READ


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in {"postgresql", "postgres"} or not parsed.database:
        raise FatalStorageError("`database` is no URL of PostgreSQL: write it as postgresql://user@host:5432/name")
    return parsed

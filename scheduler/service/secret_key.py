"""The installation's secret key: contact hashes and Message-IDs are derived from it."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from pydantic import SecretStr

from config.settings import Service
from scheduler.service.errors import ServiceError
from scheduler.service.state import database_path
from scheduler.storage.backup import NO_LINKS


def secret_key(configured: SecretStr | None, database: Path) -> bytes:
    """The configured key, or the one beside the database, made there (mode 0600) before the database is.

    Raises ServiceError; also when there is a database without its key: a new key would forget who opted out.
    """
    if configured is not None:
        return configured.get_secret_value().encode()
    path = database.with_name("secret.key")
    try:
        if path.exists():
            return _read(path)
        if _is_database(database):
            raise ServiceError(
                f"the database {database} has lost its secret key {path}. Restore it from a backup or set "
                "`secret_key`: a new one would forget who opted out."
            )
        return _made(path)
    except OSError as error:
        raise ServiceError(
            f"cannot make or read the secret key {path}: {error.strerror}. Give the service's user access to "
            f"{path.parent}, or set `secret_key`."
        ) from error


def _is_database(path: Path) -> bool:
    """Whether this is an SQLite file; anything else is for storage to refuse, in its own words."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _made(path: Path) -> bytes:
    """Written aside and linked into its place whole: another command of ours may be starting at the same moment."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_hex(32).encode()
    with (
        contextlib.suppress(FileExistsError),
        tempfile.NamedTemporaryFile(dir=path.parent, prefix=".secret.key.") as file,  # mkstemp: mode 0600
    ):
        _put(key, file.fileno())
        try:
            os.link(file.name, path)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            _made_in_place(path, key)
    return _read(path)


def _made_in_place(path: Path, key: bytes) -> None:
    """Where there are no links: never over another's key; one who reads at that instant finds it cut off."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        _put(key, descriptor)
    finally:
        os.close(descriptor)


def _put(key: bytes, descriptor: int) -> None:
    os.write(descriptor, key)
    os.fsync(descriptor)


def _read(path: Path) -> bytes:
    key = path.read_bytes().strip()
    if len(key) < 32:
        raise ServiceError(
            f"the secret key {path} is cut off ({len(key)} characters instead of 64). Restore it from a backup; "
            "a new one forgets who opted out."
        )
    return key


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, so that no two uses share one."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()


def service_key(service: Service) -> bytes:
    """The secret of this installation. Raises ServiceError."""
    if not service.shared:
        return secret_key(service.secret_key, database_path(service))
    if service.secret_key is None:
        raise ServiceError(
            "`secret_key` is missing: workers that share a database need the same one (LEGUP_SECRET_KEY)"
        )
    return service.secret_key.get_secret_value().encode()

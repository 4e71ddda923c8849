"""The installation's secret key: contact hashes and Message-IDs are derived from it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from scheduler.service.errors import ServiceError


def secret_key(configured: SecretStr | None, folder: Path) -> bytes:
    """The configured key, or the one in `folder`, made there (mode 0600) the first time. Raises ServiceError."""
    if configured is not None:
        return configured.get_secret_value().encode()
    path = folder / "secret.key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _read(path)
        with os.fdopen(descriptor, "wb") as file:
            key = secrets.token_hex(32).encode()
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ServiceError(
            f"cannot make or read the secret key {path}: {error.strerror}. Give the service's user access to "
            f"{folder}, or set `secret_key`."
        ) from error
    else:
        return key


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

"""Keeping provider libraries from writing numbers, words and secret URLs into a log."""

from __future__ import annotations

import logging

LOUD = (
    "aiohttp.client",
    "aiohttp.internal",
    "apprise",
    "charset_normalizer",
    "slixmpp",
    "twilio.http_client",
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.util.retry",
)
"""Loggers of libraries that log URLs (with tokens or numbers in them), request parameters or payloads."""


def hush() -> None:
    """Silence these loggers for the whole process, whatever level anyone sets. Calling it again changes nothing.

    Filters, because levels and `disabled` are reset when an application configures logging.
    """
    for name in LOUD:
        logging.getLogger(name).addFilter(_nothing)


def _nothing(record: logging.LogRecord) -> bool:  # noqa: ARG001  the shape logging asks for
    return False

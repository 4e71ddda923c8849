"""The gate: who asks too often is turned away before a body is read or the database is asked."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from scheduler.web.allowance import Allowances, Buckets
from scheduler.web.bearer import Bearer

log = logging.getLogger("legup.web")

CALLBACKS = "/twilio/"
"""Paths that begin so are a provider's; everything else is asked for by people."""
API = "/api/"
"""Paths that begin so are for the operator's own systems."""

_TELL_EVERY = 60.0
"""Seconds. A flood must not fill the disk with lines about it."""


class Gate:
    """Counts per remote address and in total. Everyone behind a proxy on this machine has one address, this machine's:
    there the proxy has to count, and only the total holds here."""

    def __init__(
        self,
        app: ASGIApp,
        allowances: Allowances,
        clock: Callable[[], float] = time.monotonic,
        bearer: Bearer | None = None,
    ) -> None:
        self._app = app
        self._clock = clock
        self._bearer = bearer
        self._system = Buckets(allowances.system), None
        self._callbacks = Buckets(allowances.callbacks), Buckets(allowances.callbacks_per_address)
        self._pages = Buckets(allowances.pages), Buckets(allowances.pages_per_address)
        self._refused = 0
        self._told_at = -math.inf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wait = self._wait(scope)
        if not wait:
            await self._app(scope, receive, send)
            return
        self._tell()
        headers = {"Retry-After": str(math.ceil(wait)), "Connection": "close"}
        await PlainTextResponse("Too many requests; try again later.", 429, headers)(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        now = self._clock()
        total, per_address = self._buckets(scope)
        key = address_key(scope["client"])
        # The address first: one that asks too often must not use up what is there for all.
        return (per_address.take(key, now) if key and per_address else 0.0) or total.take(None, now)

    def _buckets(self, scope: Scope) -> tuple[Buckets, Buckets | None]:
        """All that is there, and what one address may have of it."""
        if scope["path"].startswith(CALLBACKS):
            return self._callbacks
        # Without the right token it is anybody: nobody but the system itself uses up what the system has.
        if self._bearer is not None and scope["path"].startswith(API) and self._bearer.fits(scope):
            return self._system
        return self._pages

    def _tell(self) -> None:
        self._refused += 1
        now = self._clock()
        if now - self._told_at >= _TELL_EVERY:
            log.warning("web: requests came too fast; refused %d", self._refused)
            self._refused, self._told_at = 0, now


def address_key(client: tuple[str, int] | None) -> str | None:
    """What counts as one address: of IPv6 the /64 that one household has. None for this machine itself."""
    if client is None:
        return None
    try:
        address = ip_address(client[0])
    except ValueError:
        return client[0]
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return None
    return address.exploded[:19] if isinstance(address, IPv6Address) else str(address)

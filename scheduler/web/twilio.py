"""Twilio's webhooks: texts that came in, and what became of those we sent. Nothing unsigned is believed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.channels.twilio_webhook import FormError, status_of, text_of
from scheduler.clock import Clock
from scheduler.conversation.understanding import understand
from scheduler.conversation.word import Word
from scheduler.delivery.text_message import TextMessage
from scheduler.service.desk import Desk
from scheduler.web.allowance import Allowance, Buckets
from scheduler.web.form import Form
from scheduler.web.sheaf import Sheaf

T = TypeVar("T")

SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML that says nothing: what there is to answer goes out as a message of its own."""

A_STOP = Allowance(1 / 60, 1)


class TwilioHooks:
    """`base` is the address Twilio was given, without a slash at its end; None: none was, and nothing is believed."""

    def __init__(
        self,
        desk: Desk,
        base: str | None,
        clock: Clock,
        per_sender: Allowance,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk = desk
        self._reports = Sheaf(desk.reports)
        self._base = base
        self._clock = clock
        self._senders = Buckets(per_sender)
        self._stops = Buckets(A_STOP)
        self._steady = steady

    def routes(self) -> list[Route]:
        return [
            Route("/twilio/inbound", self.inbound, methods=["POST"]),
            Route("/twilio/status", self.status, methods=["POST"]),
        ]

    async def inbound(self, request: Request) -> Response:
        form = await self._signed_form(request)
        message = _read(text_of, form, self._clock.now())
        self._refuse_flood(message)
        await run_in_threadpool(self._desk.text, message)
        return Response(SILENCE, media_type="text/xml")

    async def status(self, request: Request) -> Response:
        form = await self._signed_form(request)
        report = _read(status_of, form, self._clock.now())
        if report is not None:
            await self._reports.add(report)
        return Response(status_code=204)

    async def _signed_form(self, request: Request) -> Form:
        """Raises HTTPException: 403 unless it is Twilio's, before anything in it is looked at."""
        form = await Form.read(request)
        signature = request.headers.get("x-twilio-signature", "")
        if self._base is None or not signature or not self._is_signed(self._base, request, form, signature):
            raise HTTPException(403, "the signature does not fit")
        return form

    def _is_signed(self, base: str, request: Request, form: Form, signature: str) -> bool:
        # As it came over the wire: a path or query that was decoded and encoded again need not be the one signed.
        path = request.scope.get("raw_path", quote(request.scope["path"]).encode()).decode("ascii", "replace")
        query = request.scope["query_string"].decode("ascii", "replace")
        url = f"{base}{path}?{query}" if query else f"{base}{path}"
        return self._desk.signed(url, form.fields, signature)

    def _refuse_flood(self, message: TextMessage) -> None:
        """Raises HTTPException(429), but once a minute not for a stop: no flood may drown it."""
        now = self._steady()
        wait = self._senders.take(message.sender, now)
        if wait and not (understand(message.text).word is Word.STOP and not self._stops.take(message.sender, now)):
            raise HTTPException(429, "too many messages of one number", {"Retry-After": str(int(wait) + 1)})


def _read(reader: Callable[[Mapping[str, Sequence[str]], datetime], T], form: Form, now: datetime) -> T:
    """Raises HTTPException(400) for a form that Twilio would not have sent."""
    try:
        return reader(form.fields, now)
    except FormError as error:
        raise HTTPException(400, str(error)) from None

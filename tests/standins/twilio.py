"""Twilio's Messages API on 127.0.0.1: accepts, remembers, lists, refuses and misbehaves.

In a test:             with TwilioStandIn() as twilio: SmsChannel(twilio.account(), concurrency=2)
As a separate process: python -m tests.standins.twilio --port 0 --log FILE (prints the port; one JSON line per message)

As with Twilio's test credentials some numbers always fail: +15005550001 (21211), ...2 (21612), ...3 (21408),
...4 (21610), ...9 (21614).
"""

from __future__ import annotations

import argparse
import base64
import signal
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from threading import Event, Lock
from types import TracebackType
from typing import Any, Self, TextIO
from urllib.parse import parse_qs, urlencode, urlsplit

from config.accounts import TwilioAccount
from tests.standins.gathering import Gathering
from tests.standins.http import Answer, Call, Ending, HttpStandIn

ACCOUNT_SID = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "standin-token"
FROM_NUMBER = "+15005550006"
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
UNFIT_NUMBERS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


@dataclass(frozen=True)
class SentSms:
    """A message that the stand-in took over."""

    sid: str
    to: str
    sender: str | None
    service: str | None
    body: str
    validity: int | None
    user: str
    received_at: str
    callback: str | None = None
    """Where Twilio is to tell what becomes of it."""


@dataclass(frozen=True)
class InboundSms:
    """A message that someone texted to one of our numbers."""

    sid: str
    sender: str
    to: str
    service: str | None
    body: str
    received_at: str


@dataclass(frozen=True)
class Behaviour:
    """What becomes of one request: whether the message is taken over, and what is answered (None: as Twilio would)."""

    accept: bool = True
    answer: Answer | None = None
    ending: Ending = Ending.ANSWER
    gate: Event | None = None
    slow: float = 0.0
    """Seconds before anything happens."""


def refused(status: int, code: int | None = None, *, retry_after: str | None = None) -> Behaviour:
    """An error as Twilio words it: with the number in the message."""
    headers = {"Retry-After": retry_after} if retry_after is not None else None
    body = {"code": code, "message": "The 'To' number +15550001111 is a problem.", "more_info": "", "status": status}
    return Behaviour(accept=False, answer=Answer.json(status, body, headers))


def answered(status: int, body: bytes) -> Behaviour:
    """The message is taken over, but the answer is another than Twilio's."""
    return Behaviour(answer=Answer(status, body))


ACCEPT_THEN_HANG = Behaviour(ending=Ending.HANG)
ACCEPT_THEN_RESET = Behaviour(ending=Ending.RESET)
ACCEPT_THEN_CUT = Behaviour(ending=Ending.HALF)


def gated(gate: Event) -> Behaviour:
    """Accepted, but not answered before the gate opens."""
    return Behaviour(gate=gate)


class TwilioStandIn:
    """Scripted behaviours are used up one per POST; then rules are asked; then everything is accepted."""

    def __init__(
        self,
        *,
        port: int = 0,
        log: TextIO | None = None,
        latency: float = 0.0,
        prefix: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        api_keys: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._credentials = {ACCOUNT_SID: AUTH_TOKEN, **(api_keys or {})}
        self._latency = latency
        self._prefix = prefix
        """What a trial account puts before each body."""
        self._clock = clock
        """Twilio's own; `date_created` is told by it."""
        self._listing: Answer | None = None
        self._fates: dict[str, tuple[str, int | None]] = {}
        self._script: deque[Behaviour] = deque()
        self._rules: list[tuple[Callable[[Mapping[str, str]], bool], Behaviour]] = []
        self.mood: Callable[[Mapping[str, str]], Behaviour] | None = None
        """Asked about every POST that no script and no rule covers."""
        self._lock = Lock()
        self._sids = 0
        self.calls: Gathering[Call] = Gathering()
        self.messages: Gathering[SentSms] = Gathering(log, asdict)
        self._inbound: list[InboundSms] = []
        self._http = HttpStandIn(self._respond, port, tls)
        self.port, self.url = self._http.port, self._http.url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    @property
    def peak(self) -> int:
        """The largest number of requests that were under way at once."""
        return self._http.peak

    @property
    def connections(self) -> int:
        """How many connections clients have used."""
        return len(self._http.connections)

    def account(self, **changes: Any) -> TwilioAccount:
        """An account that sends here; waits half a second for answers."""
        given = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "from_number": FROM_NUMBER}
        return TwilioAccount.model_validate({**given, "base_url": self.url, "timeout": 0.5, **changes})

    def script(self, *behaviours: Behaviour) -> None:
        """What becomes of the next POSTs, one after the other."""
        with self._lock:
            self._script.extend(behaviours)

    def forget_script(self) -> None:
        """Nothing is scripted any more."""
        with self._lock:
            self._script.clear()

    def rule(self, holds: Callable[[Mapping[str, str]], bool], behaviour: Behaviour) -> None:
        """What becomes of every POST whose form fits (`{"To": ..., "Body": ...}`)."""
        with self._lock:
            self._rules.append((holds, behaviour))

    def listing(self, answer: Answer | None) -> None:
        """What every look at the list of messages is answered from now on; None: as Twilio would."""
        with self._lock:
            self._listing = answer

    def became(self, sid: str, status: str, code: int | None = None) -> None:
        """What a message is listed as from now on; without this, as queued."""
        with self._lock:
            self._fates[sid] = (status, code)

    def receive(self, sender: str, body: str, *, to: str = FROM_NUMBER, service: str | None = None) -> InboundSms:
        """Someone texts to one of our numbers: it is listed from now on."""
        with self._lock:
            self._sids += 1
            received = self._clock().isoformat()
            message = InboundSms(f"SM{self._sids:032x}", sender, to, service, body, received)
            self._inbound.append(message)
        return message

    def wait_for(self, count: int, timeout: float = 5.0) -> list[SentSms]:
        """The messages taken over, once there are `count` of them."""
        return self.messages.wait_for(count, timeout)

    def _respond(self, call: Call) -> Answer:
        self.calls.add(call)
        if self._latency:
            time.sleep(self._latency)
        user = self._user(call)
        if user is None:
            return Answer.json(401, {"code": 20003, "message": "Authenticate", "status": 401})
        parts = urlsplit(call.path)
        if not parts.path.endswith(PATH):
            return Answer.json(404, {"code": 20404, "message": "not found", "status": 404})
        if call.method == "GET":
            return self._listing or self._listed({name: given[0] for name, given in parse_qs(parts.query).items()})
        return self._posted({name: given[0] for name, given in parse_qs(call.body.decode()).items()}, user)

    def _user(self, call: Call) -> str | None:
        scheme, _, encoded = call.headers.get("Authorization", "").partition(" ")
        user, _, secret = base64.b64decode(encoded).decode().partition(":")
        return user if scheme == "Basic" and self._credentials.get(user) == secret else None

    def _posted(self, form: Mapping[str, str], user: str) -> Answer:
        behaviour = self._behaviour(form)
        time.sleep(behaviour.slow)
        answer = behaviour.answer
        if behaviour.accept:
            message = self._accept(form, user)
            answer = answer or Answer.json(201, _resource(message))
        return replace(answer or Answer(500), ending=behaviour.ending, gate=behaviour.gate)

    def _behaviour(self, form: Mapping[str, str]) -> Behaviour:
        with self._lock:
            if self._script:
                return self._script.popleft()
            for holds, behaviour in self._rules:
                if holds(form):
                    return behaviour
        if self.mood is not None:
            return self.mood(form)
        code = _objection(form)
        return Behaviour() if code is None else refused(400, code)

    def _accept(self, form: Mapping[str, str], user: str) -> SentSms:
        with self._lock:
            self._sids += 1
            sid = f"SM{self._sids:032x}"
        message = SentSms(
            sid=sid,
            to=form["To"],
            sender=form.get("From"),
            service=form.get("MessagingServiceSid"),
            body=self._prefix + form["Body"],
            validity=int(form["ValidityPeriod"]) if "ValidityPeriod" in form else None,
            user=user,
            received_at=self._clock().isoformat(),
            callback=form.get("StatusCallback"),
        )
        self.messages.add(message)
        return message

    def _listed(self, query: Mapping[str, str]) -> Answer:
        """Newest first, as Twilio lists them; only the filters that legup uses are known."""
        with self._lock:
            outbound = [_resource(each, *self._fates.get(each.sid, (None, None))) for each in self.messages.all()]
            every = [*outbound, *(_inbound_resource(each) for each in self._inbound)]
        every.sort(key=lambda each: str(each["sid"]), reverse=True)  # SIDs count up
        wanted = {key.lower(): query[key] for key in ("To", "From") if key in query}
        found = [each for each in every if all(each[key] == value for key, value in wanted.items())]
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        shown = found[page * size : (page + 1) * size]
        following = f"{PATH}?{urlencode({**query, 'Page': page + 1})}" if len(found) > (page + 1) * size else None
        return Answer.json(200, {"messages": shown, "next_page_uri": following, "page": page})


def _objection(form: Mapping[str, str]) -> int | None:
    if form.get("To") in UNFIT_NUMBERS:
        return UNFIT_NUMBERS[form["To"]]
    if not form.get("To"):
        return 21604
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return 21603
    if not form.get("Body"):
        return 21602
    if len(form["Body"]) > 1600:
        return 21617
    validity = form.get("ValidityPeriod", "1")
    return None if validity.isdigit() and 1 <= int(validity) <= 36_000 else 21624


def _resource(message: SentSms, status: str | None = None, code: int | None = None) -> dict[str, object]:
    created = format_datetime(datetime.fromisoformat(message.received_at))
    return {
        "account_sid": ACCOUNT_SID,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": created,
        "date_sent": None,
        "date_updated": created,
        "direction": "outbound-api",
        "error_code": code,
        "error_message": None,
        "from": message.sender,
        "messaging_service_sid": message.service,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": status or ("queued" if message.service is None else "accepted"),
        "subresource_uris": {},
        "to": message.to,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{message.sid}.json",
    }


def _inbound_resource(message: InboundSms) -> dict[str, object]:
    written = SentSms(
        message.sid, message.to, message.sender, message.service, message.body, None, "", message.received_at
    )
    return {**_resource(written, "received"), "direction": "inbound"}


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    options = argparse.ArgumentParser(description="A stand-in for Twilio on 127.0.0.1.")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--log", type=Path, required=True, help="one JSON line per message taken over")
    options.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options.add_argument("--moods", type=int, metavar="SEED", help="misbehave at random")
    given = options.parse_args()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with given.log.open("a") as log, TwilioStandIn(port=given.port, log=log, latency=given.latency) as standin:
        if given.moods is not None:
            from tests.standins.hostility import Moods  # it knows this module

            standin.mood = Moods(given.moods).sms
        print(standin.port, flush=True)  # noqa: T201  how whoever started us learns the port
        stop.wait()


if __name__ == "__main__":
    main()

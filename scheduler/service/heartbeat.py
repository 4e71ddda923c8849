"""The heartbeat: an address of your own that is called while all is well, so that silence is the alarm.

Whoever listens there (a monitor such as healthchecks) tells you when the calls stop, also when this machine is off.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pydantic import SecretStr

from config.settings import Service
from scheduler.clock import Clock
from scheduler.delivery.watchman import Alarm
from scheduler.service.watch import watch

log = logging.getLogger("legup.heartbeat")

FIRST = timedelta(seconds=5)
"""After the start: soon enough for who has just set it up, late enough for the first look at what is due."""
EVERY = timedelta(minutes=5)
TIMEOUT = 10.0
"""Seconds for each step of a call."""


class Heartbeat(threading.Thread):
    """Calls the URL now and then, when there is no alarm. The URL is a secret and is never logged."""

    def __init__(
        self,
        url: SecretStr,
        look: Callable[[datetime], Sequence[Alarm]],
        clock: Clock,
        *,
        first: timedelta = FIRST,
        every: timedelta = EVERY,
    ) -> None:
        # A daemon: a monitor that does not answer must not delay a stop.
        super().__init__(name="legup-heartbeat", daemon=True)
        self._url = url
        self._look = look
        self._clock = clock
        self._pause = first
        self._every = every
        self._stopping = threading.Event()
        self._told = ""

    def run(self) -> None:
        while not self._stopping.wait(self._pause.total_seconds()):
            self._pause = self._every
            try:
                self._tell(self._beat())
            except Exception:
                log.exception("the heartbeat failed; trying again in 5 minutes")

    def stop(self) -> None:
        """Call no more. Does not wait for a call under way."""
        self._stopping.set()

    def _beat(self) -> str:
        """Call, if all is well; returns what there is to say, nothing when the call was answered."""
        alarms = self._look(self._clock.now())
        if alarms:
            return "no heartbeat while there is an alarm: " + "; ".join(each.text for each in alarms)
        trouble = call(self._url)
        return f"the heartbeat's address {trouble}" if trouble else ""

    def _tell(self, said: str) -> None:
        """Each trouble is logged once, and its end."""
        if said != self._told:
            log.warning("%s", said) if said else log.info("the heartbeat is back")
        self._told = said


@contextmanager
def beating(service: Service, clock: Clock) -> Iterator[None]:
    """Meanwhile the address of the settings is called, if there is one."""
    if service.heartbeat_url is None:
        yield
        return
    heartbeat = Heartbeat(service.heartbeat_url, lambda now: watch(service, now)[1], clock)
    heartbeat.start()
    try:
        yield
    finally:
        heartbeat.stop()


def call(url: SecretStr) -> str:
    """GET the URL; returns what went wrong, without the URL, or nothing."""
    try:
        request = Request(url.get_secret_value(), headers={"User-Agent": "legup"})  # noqa: S310 - config takes no other scheme than http(s)
        with _OPENER.open(request, timeout=TIMEOUT):
            return ""
    except HTTPError as answer:
        answer.close()
        return f"answers with HTTP {answer.code}"
    except (URLError, HTTPException, OSError, ValueError) as error:
        cause = error.reason if isinstance(error, URLError) else error
        return f"does not answer ({type(cause).__name__})"


class _Stay(HTTPRedirectHandler):
    """Follows nothing: a redirection would hand the secret path to another host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """None: take the redirection itself for the answer."""


_OPENER = build_opener(_Stay)

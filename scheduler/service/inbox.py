"""The provider's inbox, looked into now and then: texts that came in, and what became of those that went out.

Where the provider cannot call us this is how we hear at all. Where it can, a look now and then finds what was posted
while we were away: a provider posts once, and a stop must not be lost to a restart. Both ways lead to the same desk,
which knows what it has heard.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from config.person import ChannelName
from scheduler.channels.unavailable import InboxUnavailable
from scheduler.clock import Clock
from scheduler.delivery.correspondence import Report
from scheduler.delivery.ports import Outbox
from scheduler.delivery.text_message import TextMessage
from scheduler.service.trouble import Trouble
from scheduler.storage.errors import StorageError

log = logging.getLogger("legup.inbox")

OFTEN = timedelta(seconds=30)
"""Between two looks where the provider cannot call us."""
SELDOM = timedelta(minutes=15)
"""Between two looks where it can."""
LONGEST_PAUSE = timedelta(minutes=10)
"""While the provider cannot be asked, the pause doubles up to this."""

OVERLAP = timedelta(minutes=10)
"""Looked at again each time: the provider's clock is not ours, and it may list a text some time after it came."""
FRESH = timedelta(minutes=10)
"""Most messages arrive within it; of those sent before, only every so-manieth look asks."""
PATIENCE = timedelta(hours=12)
"""What has not been reported by then never will be: not every carrier tells."""
_THOROUGH = 20
_MOST_AWAITED = 1000
_REMEMBERED = 10_000
"""Texts that need no second visit to the desk; it would find them heard by itself."""


class Received(Protocol):
    """Texts that came in, oldest first."""

    @property
    def texts(self) -> Sequence[TextMessage]: ...

    @property
    def complete(self) -> bool:
        """Whether that is all."""
        ...


class Post(Protocol):
    """The provider's list of messages. Raises InboxUnavailable when it cannot be read."""

    def texts(self, since: datetime) -> Received: ...

    def reports(self, since: datetime, at: datetime) -> list[Report]: ...

    def close(self) -> None: ...


class Listener(Protocol):
    """The desk, as the inbox needs it."""

    def text(self, message: TextMessage) -> object: ...

    def pass_over(self, message: TextMessage) -> object: ...

    def reports(self, reports: Sequence[Report]) -> object: ...


class Inbox:
    """One look at a time."""

    def __init__(self, post: Post, desk: Listener, outbox: Outbox, clock: Clock) -> None:
        self._post = post
        self._desk = desk
        self._outbox = outbox
        self._clock = clock
        self._heard: OrderedDict[str, None] = OrderedDict()
        self._looks = 0

    def look(self) -> None:
        """Texts first: what somebody says is more urgent than how a message fared. Raises InboxUnavailable and
        StorageError."""
        self._read_texts()
        self._read_reports(PATIENCE if self._looks % _THOROUGH == 0 else FRESH)
        self._looks += 1

    def close(self) -> None:
        """Let go of connections."""
        self._post.close()

    def _read_texts(self) -> None:
        """What was texted before the first look of all was meant for somebody else, and stays unheard."""
        now = self._clock.now()
        read_until = self._outbox.read_until()
        hear = self._desk.text if read_until is not None else self._desk.pass_over
        received = self._post.texts((read_until or now) - OVERLAP)
        if not received.complete:
            log.error("more texts came in than one look can read; the oldest of them are not heard")
        unheard = [text.at for text in received.texts if not self._hear(text, hear)]
        self._outbox.have_read(min([now, *unheard]))

    def _hear(self, text: TextMessage, hear: Callable[[TextMessage], object]) -> bool:
        """False: it is to be heard again with the next look."""
        if text.sid in self._heard:
            return True
        try:
            hear(text)
        except StorageError:
            raise
        except Exception:  # noqa: BLE001 - the desk has told; the texts behind it must not wait
            return False
        self._heard[text.sid] = None
        if len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)
        return True

    def _read_reports(self, span: timedelta) -> None:
        now = self._clock.now()
        awaited = set(self._outbox.awaiting(now - span, ChannelName.SMS, _MOST_AWAITED))
        if awaited:
            reports = [each for each in self._post.reports(now - span - OVERLAP, now) if each.receipt in awaited]
            self._report(reports)

    def _report(self, reports: Sequence[Report]) -> None:
        """Together where that goes well; else one by one, so that one which raises keeps no other from counting."""
        try:
            if reports:
                self._desk.reports(reports)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours, or a row that is damaged
            if len(reports) == 1:
                log.debug("one report is left for the next look (%s)", type(error).__name__)
                return
            for each in reports:
                self._report([each])


class InboxThread(threading.Thread):
    """Looks until it is stopped; once at the start."""

    def __init__(
        self, inbox: Inbox, pause: timedelta, trouble: Trouble, ours: Callable[[], bool] = lambda: True
    ) -> None:
        """`ours` says whether to look this time; of several workers one is enough."""
        super().__init__(name="legup-inbox")
        self._ours = ours
        self._inbox = inbox
        self._usual = self.pause = pause
        self._trouble = trouble
        self._stopping = threading.Event()
        self._told = ""
        """What is wrong, as long as it is."""

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._ours():
                    self._inbox.look()
                    self.well()
            except StorageError as error:
                self._trouble.met(error)
            except InboxUnavailable as error:
                self.failed(f"replies cannot be fetched: {error}")
            except Exception as error:  # noqa: BLE001 - a fault of ours; its text may quote what somebody wrote
                self.failed(f"fetching replies failed ({type(error).__name__})")
            self._stopping.wait(self.pause.total_seconds())
        self._inbox.close()

    def stop(self) -> None:
        """Look no more; returns when a look under way has ended."""
        self._stopping.set()
        if self.ident is not None:
            self.join()

    def well(self) -> None:
        self.pause = self._usual
        if self._told:
            log.warning("replies can be fetched again")
            self._told = ""

    def failed(self, text: str) -> None:
        """Each trouble is told once, however long it lasts."""
        self.pause = max(self._usual, min(self.pause * 2, LONGEST_PAUSE))
        if text != self._told:
            self._told = text
            log.error("%s; trying again", text)

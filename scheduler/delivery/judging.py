"""Right before the call: whether a pending delivery still may go out, and with what words."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.person import ChannelName
from config.routine import Routine
from scheduler.delivery.claiming import OnError
from scheduler.delivery.composing import Composing, Wording, address_of
from scheduler.delivery.delivery import Delivery, State
from scheduler.delivery.judgement import Divert, End, Hold, Judgement, Ready, Send
from scheduler.delivery.permission import refusal as forbidden
from scheduler.delivery.poison import again_at, given_up
from scheduler.delivery.routines import Routines, nudge_of
from scheduler.planning.quiet import is_quiet, quiet_ends_at
from scheduler.planning.slot import Silence

OVERTAKEN = "overtaken by the next one"
AFTER_PAUSE = timedelta(days=1)
"""How long a message that waited for the end of a pause has then to go out."""
HELD = "its address is on hold after three failures"


class Judging:
    """The `Judge` function of one look at one instant. What raises for one delivery concerns that one only: it is
    tried again within its life, and at last given up."""

    def __init__(self, routines: Routines, wording: Wording, now: datetime, on_error: OnError) -> None:
        self._routines = routines
        self._composing = Composing(wording)
        self._now = now
        self._on_error = on_error
        self.judged = 0
        """Deliveries looked at, whatever became of them."""

    def __call__(self, ready: Ready) -> Judgement:
        delivery = ready.delivery
        self.judged += 1
        try:
            if ready.fault is not None:
                raise ready.fault  # noqa: TRY301 - one way out for everything that is wrong with a delivery
            routine = self._routines.of(ready.preferences, ready.standing)
            return refusal(ready, routine, self._now) or self._send(ready)
        except Exception as error:  # noqa: BLE001 - one bad template or row must not stop the others
            self._on_error(delivery.person, delivery.kind, error)
            return _failed(delivery, error, self._now)

    def _send(self, ready: Ready) -> Judgement:
        delivery = ready.delivery
        address = address_of(delivery.person, ready.contacts, delivery.channel)
        if ready.contact_held and delivery.state is State.PENDING:
            return _elsewhere(delivery)
        if address is None:
            return End(State.FAILED, f"no contact for {delivery.channel}")
        return Send(self._composing.message(ready, address))


def _failed(delivery: Delivery, error: Exception, now: datetime) -> Judgement:
    failures = delivery.failures + 1
    again = again_at(failures, now, delivery.expires_at)
    if again is None:
        return End(State.FAILED, given_up(failures, "prepared", error))
    return Hold(again, failed=True)


def refusal(ready: Ready, routine: Routine, now: datetime) -> Judgement | None:
    """Why a delivery may not go out now; None when it may.

    What the person asked for just now passes quiet hours, pause and limit, but never an opt-out (TIME_RULES).
    """
    delivery = ready.delivery
    if now >= delivery.expires_at:
        return _too_late(delivery)
    barrier = forbidden(delivery.kind, ready.standing, ready.preferences.consent)
    if barrier is not None or delivery.asked:
        return barrier
    if delivery.owner_day is None:
        return _wait(delivery, routine, now)
    return _overtaken(ready) or _slot_refusal(delivery, routine, now)


def _overtaken(ready: Ready) -> Judgement | None:
    """After an outage no more than the latest slot of a nudge goes out, never a burst (TIME_RULES)."""
    if not ready.overtaken:
        return None
    return End(State.FAILED if ready.delivery.attempts else State.MISSED, OVERTAKEN)


def _slot_refusal(delivery: Delivery, routine: Routine, now: datetime) -> Judgement | None:
    if nudge_of(routine, delivery.kind) is None:
        return End(State.CANCELLED, "switched off")
    if routine.paused_until is not None and now < routine.paused_until:
        return End(State.SUPPRESSED, Silence.PAUSED)
    if is_quiet(routine, now):
        return _too_late(delivery) if delivery.attempts else End(State.SUPPRESSED, Silence.QUIET_HOURS)
    return None


def _wait(delivery: Delivery, routine: Routine, now: datetime) -> Judgement | None:
    """A message that is not a slot (the welcome) is not dropped by a pause or quiet hours, it waits for their end. A
    pause may be longer than its life, which therefore goes on for a day after the end of it."""
    if routine.paused_until is not None and now < routine.paused_until:
        return Hold(routine.paused_until, expires_at=max(delivery.expires_at, routine.paused_until + AFTER_PAUSE))
    if delivery.channel is not ChannelName.CONSOLE and is_quiet(routine, now):
        return Hold(quiet_ends_at(routine, now))
    return None


def _elsewhere(delivery: Delivery) -> Judgement:
    further = delivery.channel_index + 1 < len(delivery.channels)
    return Divert(HELD) if further else End(State.FAILED, HELD)


def _too_late(delivery: Delivery) -> End:
    return End(State.FAILED if delivery.attempts else State.MISSED, Silence.TOO_LATE)

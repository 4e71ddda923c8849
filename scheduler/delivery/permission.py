"""What may go out to somebody who has stopped, ended or not yet agreed: answers to what they said, by kind. Pure."""

from __future__ import annotations

from config.person import Consent
from scheduler.delivery.delivery import State
from scheduler.delivery.judgement import End
from scheduler.delivery.standing import Ended, Standing
from scheduler.planning.slot import Silence

AFTER_STOP = frozenset({"stopped", "loss", "help_stopped", "help_ended", "forget_ask", "forgotten"})
"""One line that says it is done, as carriers want it (`loss` where the stop told of one), and what somebody who has
stopped may still ask for."""

AFTER_END = {
    Ended.LOSS: AFTER_STOP,
    Ended.BORN: AFTER_STOP | {"born", "relief", "frequent_cramps", "language"},
}
"""Cramps go on for a while after a birth. After a loss nothing does that could remind of it."""

BEFORE_CONSENT = AFTER_STOP | {"consent", "born", "language"}


def stop_bars(kind: str) -> bool:
    """Whether a message of this kind may not go to somebody who said stop."""
    return kind not in AFTER_STOP


def refusal(kind: str, standing: Standing, consent: Consent) -> End | None:
    """Why nothing of this kind goes to a person; None when it may."""
    if standing.opted_out and stop_bars(kind):
        return End(State.SUPPRESSED, Silence.OPTED_OUT)
    if standing.ended is not None and kind not in AFTER_END[standing.ended]:
        return End(State.CANCELLED, Silence.ENDED)
    if consent is Consent.ASKED and kind not in BEFORE_CONSENT:
        return End(State.SUPPRESSED, Silence.NO_CONSENT)
    return None


def silence(standing: Standing, consent: Consent) -> Silence | None:
    """Why a person gets no nudge at all at present."""
    if standing.opted_out:
        return Silence.OPTED_OUT
    if standing.ended is not None:
        return Silence.ENDED
    return Silence.NO_CONSENT if consent is Consent.ASKED else None

from __future__ import annotations

import pytest

from config.person import Consent
from messages.catalogue import CATALOGUE, NUDGES
from scheduler.delivery.delivery import State
from scheduler.delivery.judgement import End
from scheduler.delivery.permission import AFTER_END, AFTER_STOP, BEFORE_CONSENT, refusal, silence, stop_bars
from scheduler.delivery.standing import Ended, Standing

OUT = Standing(opted_out=True)
ALLOWED = [AFTER_STOP, *AFTER_END.values(), BEFORE_CONSENT]


@pytest.mark.parametrize("kinds", ALLOWED)
def test_no_nudge_is_among_what_may_go_out_nevertheless(kinds: frozenset[str]) -> None:
    assert kinds.isdisjoint(NUDGES)


@pytest.mark.parametrize("kinds", ALLOWED)
def test_whatever_may_go_out_is_something_there_are_words_for(kinds: frozenset[str]) -> None:
    assert kinds <= set(CATALOGUE)


@pytest.mark.parametrize("kind", ["hydration", "welcome", "relief", "done", "consent"])
def test_after_a_stop_nothing_else_goes_out_whatever_holds_besides(kind: str) -> None:
    assert stop_bars(kind)
    for standing in (OUT, Standing(opted_out=True, ended=Ended.BORN)):
        for consent in Consent:
            assert refusal(kind, standing, consent) == End(State.SUPPRESSED, "opted out")


@pytest.mark.parametrize("kind", sorted(AFTER_STOP))
@pytest.mark.parametrize("consent", list(Consent))
@pytest.mark.parametrize("ended", [None, *Ended])
def test_what_is_said_after_a_stop_may_always_be_said(kind: str, consent: Consent, ended: Ended | None) -> None:
    assert refusal(kind, Standing(opted_out=True, ended=ended), consent) is None


def test_relief_goes_out_after_a_birth_and_not_after_a_loss() -> None:
    assert refusal("relief", Standing(ended=Ended.BORN), Consent.GIVEN) is None
    assert refusal("relief", Standing(ended=Ended.LOSS), Consent.GIVEN) == End(State.CANCELLED, "ended by the person")


def test_whoever_has_not_agreed_is_asked_and_gets_nothing_else() -> None:
    assert refusal("consent", Standing(), Consent.ASKED) is None
    assert refusal("welcome", Standing(), Consent.ASKED) == End(State.SUPPRESSED, "no consent yet")
    assert refusal("welcome", Standing(), Consent.GIVEN) is None


def test_both_ends_are_told_alike() -> None:
    """Which of the two it was is nobody's business."""
    told = {str(silence(Standing(ended=ended), Consent.GIVEN)) for ended in Ended}
    assert told == {"ended by the person"}
    assert all(str(ended) not in repr(Standing(ended=ended)) for ended in Ended)


def test_why_somebody_gets_no_nudge_is_the_weightiest_of_their_reasons() -> None:
    assert silence(Standing(), Consent.GIVEN) is None
    assert silence(Standing(), Consent.ASKED) == "no consent yet"
    assert silence(Standing(ended=Ended.BORN), Consent.ASKED) == "ended by the person"
    assert silence(Standing(opted_out=True, ended=Ended.BORN), Consent.ASKED) == "opted out"

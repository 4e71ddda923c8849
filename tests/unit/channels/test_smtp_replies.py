"""Each reply of a mail server, at each step, has one meaning."""

import pytest

from scheduler.channels.smtp_replies import Step, verdict
from scheduler.delivery.outcome import Accepted, AccountRefused, Refused, RetryAfter, Unknown


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Step.GREETING, 220),
        (Step.HELLO, 250),
        (Step.STARTTLS, 220),
        (Step.AUTH, 235),
        (Step.SENDER, 250),
        (Step.RECIPIENT, 251),
        (Step.DATA, 354),
    ],
)
def test_the_wanted_reply_leads_to_the_next_step(step: Step, code: int) -> None:
    assert verdict(step, code) is None


@pytest.mark.parametrize("code", [200, 250, 252])
def test_any_yes_after_the_content_is_acceptance(code: int) -> None:
    assert verdict(Step.CONTENT, code, "<id@legup.example>") == Accepted("<id@legup.example>")


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("code", [421, 451, 454])
def test_a_4xx_is_certainly_unsent_at_every_step(step: Step, code: int) -> None:
    outcome = verdict(step, code)
    assert isinstance(outcome, RetryAfter)
    assert str(code) in outcome.reason


@pytest.mark.parametrize(
    ("step", "code", "shared"),
    [
        (Step.GREETING, 421, True),
        (Step.AUTH, 454, True),
        (Step.SENDER, 451, True),
        (Step.RECIPIENT, 421, True),
        (Step.RECIPIENT, 450, False),
        (Step.RECIPIENT, 451, False),
        (Step.DATA, 451, False),
        (Step.CONTENT, 452, False),
    ],
)
def test_a_greylisted_recipient_or_a_full_mailbox_says_nothing_of_the_server(
    step: Step, code: int, *, shared: bool
) -> None:
    outcome = verdict(step, code)
    assert isinstance(outcome, RetryAfter)
    assert outcome.shared is shared


@pytest.mark.parametrize("step", [Step.RECIPIENT, Step.DATA, Step.CONTENT])
@pytest.mark.parametrize("code", [550, 552, 554])
def test_a_5xx_about_the_message_is_a_definite_failure(step: Step, code: int) -> None:
    outcome = verdict(step, code)
    assert isinstance(outcome, Refused)
    assert outcome.bounced, "and counts against the address"


@pytest.mark.parametrize("step", [Step.GREETING, Step.HELLO, Step.STARTTLS, Step.AUTH, Step.SENDER])
def test_a_5xx_that_would_meet_every_message_is_about_the_account(step: Step) -> None:
    assert isinstance(verdict(step, 554), AccountRefused)


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_a_demand_to_sign_in_is_about_the_account_at_every_step(step: Step, code: int) -> None:
    outcome = verdict(step, code)
    assert isinstance(outcome, AccountRefused)
    assert "user name or password" in outcome.reason


def test_a_message_that_is_too_big_for_the_server_is_not_the_accounts_fault() -> None:
    outcome = verdict(Step.SENDER, 552)
    assert isinstance(outcome, Refused)
    assert not outcome.bounced, "nor the address's"


@pytest.mark.parametrize("code", [-1, 0, 354, 600])
def test_nonsense_is_unknown_after_the_content_and_unsent_before_it(code: int) -> None:
    assert isinstance(verdict(Step.CONTENT, code), Unknown)
    assert isinstance(verdict(Step.RECIPIENT, code), RetryAfter)

"""Whether commands are written at once or one by one, a mail server's answers mean the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.accounts import SmtpSecurity
from scheduler.channels.email import EmailChannel
from scheduler.delivery.outcome import Accepted, Outcome
from tests.standins.letters import NOW, an_email
from tests.standins.smtp import Reaction, SmtpStandIn, Trouble

Answers = Mapping[str, Reaction]

refusals: st.SearchStrategy[Reaction] = st.sampled_from(
    ["421 4.3.0 closing", "451 not now", "530 sign in", "550 no", "552 too big", "nonsense", Trouble.DROP]
)
"""What a script may say without the stand-in being told: a 250 of its own would leave that where it was."""
answers = st.fixed_dictionaries({}, optional=dict.fromkeys(("MAIL", "RCPT", "DATA", "CONTENT", "RSET"), refusals))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[SmtpStandIn]]:
    """One that wants commands one by one, and one that offers PIPELINING."""
    with ExitStack() as opened:
        yield [
            opened.enter_context(
                SmtpStandIn(tmp_path_factory.mktemp("smtp"), security=SmtpSecurity.NONE, pipelining=pipelining)
            )
            for pipelining in (False, True)
        ]


def outcomes(server: SmtpStandIn, script: Answers) -> tuple[Outcome, Outcome, int]:
    """What becomes of a letter that is answered so and of the next one, and how many arrived."""
    before = len(server.letters.all())
    channel = EmailChannel(server.account(timeout=5), concurrency=1)
    for step, reaction in script.items():
        server.script(step, reaction)
    ((_, first),) = channel.send([an_email(1)], NOW)
    server.forget_script()
    ((_, second),) = channel.send([an_email(2)], NOW)
    channel.close()
    return first, second, len(server.letters.all()) - before


@settings(max_examples=60, deadline=None)
@given(answers)
@example({"RCPT": "550 no", "DATA": "451 not now"})
@example({"MAIL": "552 too big", "RCPT": Trouble.DROP})
@example({"RCPT": "421 4.3.0 closing", "DATA": "550 no"})
def test_the_same_answers_lead_to_the_same_outcome(servers: list[SmtpStandIn], script: Answers) -> None:
    one_by_one, at_once = (outcomes(server, script) for server in servers)
    assert at_once[0] == one_by_one[0]
    assert isinstance(at_once[1], Accepted)
    assert isinstance(one_by_one[1], Accepted)
    assert at_once[2] == one_by_one[2]

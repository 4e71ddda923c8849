"""Whatever answers in Twilio's place, over a real socket: each message gets one outcome, none a fault of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.channels.sms import SmsChannel
from scheduler.delivery.delivery import State
from scheduler.delivery.doubt import Doubt, NoAnswer
from scheduler.delivery.outcome import Accepted, AccountRefused, OptedOut, Refused, RetryAfter, Unknown
from tests.standins.deliveries import a_delivery
from tests.standins.fuzzing import AWKWARD, examples, texts
from tests.standins.http import Answer, Call, Ending, HttpStandIn
from tests.standins.letters import NOW, a_message
from tests.standins.twilio import TwilioStandIn

scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
KEYS = ("sid", "code", "error_code", "status", "message", "date_created", "date_updated", "num_segments", "to", "body")
codes = st.integers(20_000, 70_000) | st.sampled_from((21211, 21610, 20429, 30007)) | anything
dates = st.sampled_from(("Tue, 03 Nov 2026 22:00:00 +0000", "Mon, 99 Foo 2026", "2026-11-03T22:00:00Z")) | anything
resources = st.fixed_dictionaries(
    {}, optional={key: dates if "date" in key else codes if "code" in key else anything for key in KEYS}
)
DEEP = ("[" * 5_000, '{"a":' * 5_000, "9" * 5_000, '{"sid": "SM1"')
bodies = st.one_of(
    resources.map(json.dumps).map(str.encode),
    anything.map(json.dumps).map(str.encode),
    st.binary(max_size=60),
    st.sampled_from(AWKWARD + DEEP).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
WHENS = (
    "0",
    "7",
    "-1",
    "1e9",
    "²",
    "9" * 30,
    "9" * 5_000,
    "Wed, 04 Nov 2026 07:28:00 GMT",
    "Wed, 04 Nov 2026 07:28:00 -0000",
)
MORE = ("Wed, 04 Nov 99999 07:28:00 GMT", "Wed", ",", "04 Nov", "Mon, 01 Jan 0001 00:00:00 +9999", "1 1 1 1", "")
latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Retry-After": st.sampled_from(WHENS + MORE) | latin,
        "Location": st.sampled_from(("/", "//[", "http://[::1", "http://\xff", "twilio:")) | latin,
        "Content-Encoding": st.sampled_from(("gzip", "deflate", "br", "zstd", "identity", "x")) | latin,
        "Content-Type": st.sampled_from(("application/json; charset=utf-16", "text/html; charset=no-such")) | latin,
        "Set-Cookie": latin,
        "X-Anything": latin,
    },
)
statuses = st.sampled_from((200, 201, 204, 301, 304, 307, 400, 401, 404, 408, 429, 500, 503)) | st.integers(200, 999)
endings = st.sampled_from((Ending.ANSWER,) * 8 + (Ending.RESET, Ending.HALF))
answers = st.builds(Answer, statuses, bodies, headers, endings)
pages = st.fixed_dictionaries(
    {"messages": st.lists(resources | anything, max_size=3)},
    optional={"next_page_uri": st.just("/next") | anything, "meta": anything, "page": anything},
)
listings = st.builds(Answer, st.just(200), pages.map(json.dumps).map(str.encode))
"""As each page may name a next one, they go on for ever."""
OUTCOMES = (Accepted, AccountRefused, OptedOut, Refused, RetryAfter, Unknown)


NUMBERS = count()
DOUBT = Doubt(a_delivery(State.UNKNOWN), NOW, "+447946000101", "", 0)


class Scripted:
    """Gives each request the answer of the moment, and counts those that carry the words of the moment: after an answer
    that is none, a request may be on its way still when its outcome is known."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.words = b""
        self.asked = 0

    def begin(self, answer: Answer, words: str = "") -> None:
        self.answer, self.words, self.asked = answer, words.encode(), 0

    def __call__(self, call: Call) -> Answer:
        self.asked += self.words in call.body
        return self.answer


@pytest.fixture(scope="module")
def script() -> Scripted:
    return Scripted()


@pytest.fixture(scope="module")
def channel(script: Scripted) -> Iterator[SmsChannel]:
    with TwilioStandIn() as known, HttpStandIn(script) as standin:
        account = known.account().model_copy(update={"base_url": standin.url, "timeout": 5.0})
        channel = SmsChannel(account, concurrency=1)
        yield channel
        channel.close()


def judge(outcome: Any, answer: Answer) -> None:
    assert isinstance(outcome, OUTCOMES)
    assert len(repr(outcome)) < 1_000
    assert not isinstance(outcome, Unknown) or "fault in legup" not in outcome.reason
    assert not isinstance(outcome, Accepted) or 200 <= answer.status < 300
    if isinstance(outcome, RetryAfter) and outcome.delay is not None:
        assert timedelta(0) <= outcome.delay


@given(answer=answers)
@examples(1)
def test_any_answer_is_exactly_one_outcome_of_one_request(
    script: Scripted, channel: SmsChannel, answer: Answer
) -> None:
    sent = a_message(text=f"nudge{next(NUMBERS)}end")
    script.begin(answer, sent.text)
    ((message, outcome),) = channel.send([sent], NOW)
    assert message == sent
    assert script.asked <= 1
    judge(outcome, answer)
    assert script.asked == 1 or not isinstance(outcome, Accepted)


@given(answer=answers | listings)
@examples(0.5)
def test_any_answer_to_a_look_up_is_an_answer(script: Scripted, channel: SmsChannel, answer: Answer) -> None:
    script.begin(answer)
    found = channel.look_up(DOUBT)
    assert script.asked <= 5
    assert isinstance(found, NoAnswer | tuple)
    assert "+44" not in repr(found)

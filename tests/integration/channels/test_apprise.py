"""Apprise, speaking to a small HTTP server of ours through its json:// plugin."""

import logging
import sys
from collections.abc import Iterator

import pytest

from config.accounts import AppriseAccount
from scheduler.channels.apprise import AppriseChannel
from scheduler.channels.unavailable import ChannelUnavailable
from scheduler.delivery.outcome import Accepted, Outcome, Refused, Unknown
from tests.standins.http import Ending
from tests.standins.letters import NOW, a_message
from tests.standins.webhook import SECRET, WebhookStandIn


@pytest.fixture
def webhook() -> Iterator[WebhookStandIn]:
    with WebhookStandIn() as standin:
        yield standin


@pytest.fixture
def channel() -> Iterator[AppriseChannel]:
    channel = AppriseChannel(AppriseAccount(timeout=0.3), concurrency=2)
    yield channel
    channel.close()


def send_one(channel: AppriseChannel, url: str) -> Outcome:
    ((_, outcome),) = channel.send([a_message(address=url)], NOW)
    return outcome


def test_the_subject_becomes_the_title(webhook: WebhookStandIn, channel: AppriseChannel) -> None:
    assert send_one(channel, webhook.apprise_url) == Accepted()
    (note,) = webhook.notes.wait_for(1)
    assert note["title"] == "Before bed"
    assert note["message"] == a_message().text


@pytest.mark.parametrize("reaction", [400, 404, 429, 500])
def test_a_quick_no_is_a_definite_failure_and_is_not_repeated(
    webhook: WebhookStandIn, channel: AppriseChannel, reaction: int
) -> None:
    webhook.script(reaction)
    assert isinstance(send_one(channel, f"{webhook.apprise_url}?retry=3&wait=0"), Refused)
    assert webhook.notes.all() == []


def test_a_no_that_took_the_whole_timeout_is_unknown(webhook: WebhookStandIn, channel: AppriseChannel) -> None:
    webhook.script(Ending.HANG)
    assert isinstance(send_one(channel, f"{webhook.apprise_url}?rto=30&cto=30"), Unknown)


@pytest.mark.parametrize("url", ["", "not a url", "nonsense://somewhere/secret-token", "json://", "tgram://bad-token"])
def test_a_url_that_apprise_cannot_use_is_refused_without_being_shown(channel: AppriseChannel, url: str) -> None:
    assert send_one(channel, url) == Refused("Apprise cannot use the person's `apprise` URL; check it")


def test_neither_the_url_nor_the_text_reaches_a_log(
    webhook: WebhookStandIn, channel: AppriseChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("apprise", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)
    webhook.script(200, 500, Ending.RESET, Ending.HANG)
    for url in [webhook.apprise_url] * 4 + [f"nonsense://host/{SECRET}", f"tgram://{SECRET}"]:
        send_one(channel, url)
    assert SECRET not in caplog.text
    assert "Nudge" not in caplog.text


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ChannelUnavailable, match=r"pip install 'legup\[apprise\]'"):
        AppriseChannel(AppriseAccount(), concurrency=1)

"""Every channel keeps the contract."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.accounts import AppriseAccount
from scheduler.channels.apprise import AppriseChannel
from scheduler.channels.console import ConsoleChannel
from scheduler.channels.email import EmailChannel
from scheduler.channels.sms import SmsChannel
from tests.contract.channel import ChannelContract, Rig
from tests.standins.letters import a_message, an_email
from tests.standins.smtp import PASSWORD, SmtpStandIn
from tests.standins.twilio import AUTH_TOKEN, TwilioStandIn
from tests.standins.webhook import SECRET, WebhookStandIn


class TestConsole(ChannelContract):
    @pytest.fixture
    def rig(self) -> Rig:
        stream = io.StringIO()
        return Rig(
            channel=ConsoleChannel(stream),
            message=lambda number: a_message(number, address="me"),
            texts=lambda: [text for text in stream.getvalue().split("\n\n") if text],
        )


class TestEmail(ChannelContract):
    @pytest.fixture
    def rig(self, tmp_path: Path) -> Iterator[Rig]:
        with SmtpStandIn(tmp_path) as smtp:
            channel = EmailChannel(smtp.account(timeout=5), concurrency=3)
            yield Rig(
                channel=channel,
                message=an_email,
                texts=lambda: [letter.part("plain") for letter in smtp.letters.all()],
                secrets=(PASSWORD,),
            )
            channel.close()


class TestSms(ChannelContract):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with TwilioStandIn() as twilio:
            channel = SmsChannel(twilio.account(timeout=5), concurrency=3)
            yield Rig(
                channel=channel,
                message=a_message,
                texts=lambda: [sent.body for sent in twilio.messages.all()],
                secrets=(AUTH_TOKEN,),
                loggers=("twilio.http_client", "urllib3.connectionpool"),
            )
            channel.close()


class TestApprise(ChannelContract):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with WebhookStandIn() as webhook:
            channel = AppriseChannel(AppriseAccount(timeout=5), concurrency=3)
            yield Rig(
                channel=channel,
                message=lambda number: a_message(number, address=webhook.apprise_url),
                texts=lambda: [note["message"] for note in webhook.notes.all()],
                secrets=(SECRET,),
                loggers=("apprise", "urllib3.connectionpool"),
            )
            channel.close()

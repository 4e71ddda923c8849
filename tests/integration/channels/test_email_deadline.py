"""Email to servers so slow that a message's time runs out, with every single answer within the timeout."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from config.accounts import SmtpAccount, SmtpSecurity
from scheduler.channels import deadline
from scheduler.channels.deadline import steady
from scheduler.channels.email import EmailChannel
from scheduler.channels.smtp_wire import Wire
from scheduler.delivery.outcome import Accepted, Outcome, RetryAfter
from tests.standins.letters import NOW, an_email
from tests.standins.smtp import SmtpStandIn


@contextmanager
def dribbling(greeting: bytes, pause: float) -> Iterator[int]:
    """A server that greets byte by byte and never ends; yields its port."""
    over = Event()

    def greet(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            for byte in greeting:
                if over.wait(pause):
                    return
                connection.sendall(bytes([byte]))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=greet, args=(listening,))
        thread.start()
        yield listening.getsockname()[1]
        over.set()
        thread.join()


def send_one(account: SmtpAccount, life: float) -> Outcome:
    channel = EmailChannel(account, concurrency=1)
    ((_, outcome),) = channel.send([an_email(expires_at=NOW + timedelta(seconds=life))], NOW)
    channel.close()
    return outcome


def test_an_answer_that_dribbles_in_ends_with_the_life_of_the_message() -> None:
    with dribbling(b"2" * 500, pause=0.02) as port:
        account = SmtpAccount(
            host="127.0.0.1", port=port, security=SmtpSecurity.NONE, from_address="a@legup.example", timeout=5
        )
        began = steady()
        outcome = send_one(account, life=0.2)
    assert isinstance(outcome, RetryAfter)
    assert steady() - began < 2


class Sleeper:
    """A machine that sleeps for 100 s when the server comes to a step, before it answers as usual."""

    def __init__(self, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._step = step
        self._slept = 0.0
        monkeypatch.setattr(deadline, "steady", lambda: steady() + self._slept)

    def __call__(self, step: str) -> None:
        if step == self._step:
            self._slept = 100.0


@pytest.mark.parametrize("pipelining", [False, True], ids=["", "pipelining"])
@pytest.mark.parametrize("step", ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "the final dot"])
def test_a_message_whose_time_runs_out_on_the_way_is_not_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, *, pipelining: bool
) -> None:
    sleeper, send = Sleeper(step, monkeypatch), Wire.send

    def sent(wire: Wire, data: bytes | str) -> None:
        send(wire, data)
        if an_email().text[:5].encode() in (data if isinstance(data, bytes) else b""):
            sleeper("the final dot")

    monkeypatch.setattr(Wire, "send", sent)
    with SmtpStandIn(tmp_path, security=SmtpSecurity.NONE, pipelining=pipelining) as smtp:
        smtp.mood = sleeper
        outcome = send_one(smtp.account(timeout=120), life=60)
        assert smtp.letters.all() == []
    assert isinstance(outcome, RetryAfter)


def test_the_answer_to_the_final_dot_is_waited_for_though_the_life_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpStandIn(tmp_path, security=SmtpSecurity.NONE) as smtp:
        smtp.mood = Sleeper("CONTENT", monkeypatch)
        assert isinstance(send_one(smtp.account(timeout=120), life=60), Accepted)


def test_a_kept_connection_that_was_dropped_is_not_replaced_when_it_is_too_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpStandIn(tmp_path) as smtp:
        channel = EmailChannel(smtp.account(), concurrency=1)
        list(channel.send([an_email(1)], NOW))
        smtp.mood = Sleeper("MAIL", monkeypatch)
        ((_, outcome),) = channel.send([an_email(2, expires_at=NOW + timedelta(seconds=60))], NOW)
        channel.close()
        assert isinstance(outcome, RetryAfter)
        assert (len(smtp.letters.all()), smtp.connections) == (1, 1)

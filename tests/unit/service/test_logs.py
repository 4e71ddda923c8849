from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Iterator

import pytest

from scheduler.service.logs import set_up, take_over_last_words

SECRET = "+447700900123"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    names = ("", "legup", "twilio", "apprise", "apscheduler", "aiosmtpd", "mail.log")
    levels = {name: logging.getLogger(name).level for name in names}
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def raise_with_a_secret() -> None:
    raise ValueError(f"cannot send to {SECRET}")


def test_a_line_has_time_level_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logging.getLogger("legup.pump").info("3 nudges planned")
    assert re.fullmatch(r"\d\d:\d\d:\d\d INFO 3 nudges planned\n", capsys.readouterr().err)


def test_the_journal_gets_its_priority_and_keeps_the_time_itself(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:12345")
    set_up()
    logging.getLogger("legup").warning("the provider is slow")
    logging.getLogger("legup").error("the account was refused")
    assert capsys.readouterr().err == "<4>the provider is slow\n<3>the account was refused\n"


def test_a_traceback_shows_where_and_what_but_never_the_errors_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    try:
        raise_with_a_secret()
    except ValueError:
        logging.getLogger("legup").exception("sending failed")
    said = capsys.readouterr().err
    assert "ValueError at" in said
    assert "in raise_with_a_secret" in said
    assert SECRET not in said


def test_an_exception_that_is_none_adds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logging.getLogger("legup").error("nothing was raised", exc_info=sys.exc_info())
    assert capsys.readouterr().err.endswith("ERROR nothing was raised\n")


def test_debugging_is_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logging.getLogger("legup").debug("unseen")
    set_up(verbose=True)
    logging.getLogger("legup").debug("seen")
    said = capsys.readouterr().err
    assert "unseen" not in said
    assert "seen" in said


def test_libraries_that_quote_what_they_send_are_not_heard(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(verbose=True)
    for name in ("twilio.http_client", "apprise", "apscheduler.scheduler", "aiosmtpd.controller", "mail.log"):
        logging.getLogger(name).warning("POST To=%s", SECRET)
    assert capsys.readouterr().err == ""


def test_a_thread_that_ends_unforeseen_is_told_without_its_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)  # put back at the end
    set_up()
    take_over_last_words()
    thread = threading.Thread(target=raise_with_a_secret, name="legup-test")
    thread.start()
    thread.join()
    said = capsys.readouterr().err
    assert "CRITICAL legup-test ended unforeseen" in said
    assert "ValueError at" in said
    assert SECRET not in said

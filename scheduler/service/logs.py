"""Logging to stderr: one line each, the journal's priority in front when systemd reads it. No personal data, ever."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback

_PRIORITY = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


class _Line(logging.Formatter):
    """A traceback gives the frames and the type, never the text: a library's error may quote what it was given."""

    def __init__(self, *, journal: bool) -> None:
        super().__init__("%(message)s" if journal else "%(asctime)s %(levelname)s %(message)s", "%H:%M:%S")
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return f"<{_PRIORITY.get(record.levelno, 6)}>{line}" if self._journal else line

    def formatException(self, ei: object) -> str:  # noqa: N802 - the standard library's name
        if not (isinstance(ei, tuple) and isinstance(ei[1], BaseException)):
            return ""
        return f"{type(ei[1]).__name__} at\n" + "".join(traceback.format_tb(ei[1].__traceback__)).rstrip()


def set_up(*, verbose: bool = False) -> None:
    """Send legup's own records to stderr; of other libraries only warnings. On a terminal, where the nudges themselves
    can be seen, only what is wrong is told unless asked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(journal="JOURNAL_STREAM" in os.environ))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    usual = logging.WARNING if sys.stderr.isatty() else logging.INFO
    logging.getLogger("legup").setLevel(logging.DEBUG if verbose else usual)
    for chatty in ("twilio", "apprise", "apscheduler", "aiosmtpd", "mail.log"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


def take_over_last_words() -> None:
    """What ends a thread unforeseen is logged like any other error; Python's own way would print its text, and with it
    whatever the text quotes. For a process of our own only: it holds for all threads."""
    threading.excepthook = _last_words


def _last_words(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread is not None else "a thread"
    told = (ended.exc_type, ended.exc_value or ended.exc_type(), ended.exc_traceback)
    logging.getLogger("legup").critical("%s ended unforeseen", name, exc_info=told)

"""How many emails a second one process hands to a mail server that takes each at once, over 50 kept connections.

The whole pipeline: claimed, judged, rendered, built as MIME, committed as sending, handed over, committed as sent. The
stand-in for the server is a process of its own on the same processors; what it takes is given too. Beside it, in the
same run, Python's smtplib in 50 threads with one letter that is there already, and no record. Run
`python -m bench.email [LETTERS]`.
"""

from __future__ import annotations

import json
import resource
import smtplib
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bench._crowd import now_due
from bench._plant import carried, enrolled, outbox
from bench._providers import provider
from config.accounts import Limits, SmtpAccount
from config.person import ChannelName
from scheduler.channels.email import EmailChannel

LETTERS = 5_000
LIMITS = Limits(messages_per_second=10_000, concurrency=50)
"""As many connections as Postfix takes from one client unless it is told otherwise."""
SENDER, ADDRESS = "legup@example.org", "p0@example.org"
LETTER = f"From: {SENDER}\r\nTo: {ADDRESS}\r\nSubject: Water\r\n\r\n".encode() + 120 * b"Time for a glass of water.\r\n"
"""As long as one of legup's, with text and HTML."""


def main(letters: int = LETTERS) -> dict[str, object]:
    ended = _cpu_of_children()
    with provider("smtp", latency=0) as port, outbox() as record:
        account = SmtpAccount.model_validate(
            {"host": "127.0.0.1", "port": port, "security": "none", "from_address": "legup <legup@example.org>"}
        )
        channel = EmailChannel(account, concurrency=LIMITS.concurrency)
        enrolled(record, letters, now_due(), channel=ChannelName.EMAIL)
        cpu = time.process_time()
        took = carried(record, channel, letters, LIMITS)
        cpu = time.process_time() - cpu
        channel.close()
    server = _cpu_of_children() - ended
    return {
        "bench": "email",
        "letters": letters,
        "connections": LIMITS.concurrency,
        "letters_per_s": round(letters / took),
        "bare_smtplib_per_s": round(_bare(letters)),
        "cpu_ms_per_letter": round(1000 * cpu / letters, 2),
        "server_cpu_ms_per_letter": round(1000 * server / letters, 2),
    }


def _bare(letters: int) -> float:
    """Letters per second of smtplib alone."""
    each = letters // LIMITS.concurrency

    def hand_over(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as connection:
            for _ in range(each):
                connection.sendmail(SENDER, [ADDRESS], LETTER)

    with provider("smtp", latency=0) as port, ThreadPoolExecutor(LIMITS.concurrency) as threads:
        began = time.perf_counter()
        for _ in threads.map(hand_over, [port] * LIMITS.concurrency):
            pass
        return each * LIMITS.concurrency / (time.perf_counter() - began)


def _cpu_of_children() -> float:
    """Seconds of processor time, of those that have ended; their start is in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))

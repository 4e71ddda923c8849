"""How many emails a second one process hands to a mail server that takes each at once, over 20 kept connections.

The whole pipeline: claimed, judged, rendered, built as MIME, committed as sending, handed over, committed as sent. The
stand-in for the server is a process of its own on the same processors; what it takes is given too. Run
`python -m bench.email [LETTERS]`.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from bench._crowd import now_due
from bench._plant import carried, enrolled, outbox
from bench._providers import provider
from config.accounts import Limits, SmtpAccount
from config.person import ChannelName
from scheduler.channels.email import EmailChannel

LETTERS = 5_000
LIMITS = Limits(messages_per_second=10_000, concurrency=20)


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
    return {
        "bench": "email",
        "letters": letters,
        "connections": LIMITS.concurrency,
        "letters_per_s": round(letters / took),
        "cpu_ms_per_letter": round(1000 * cpu / letters, 2),
        "server_cpu_ms_per_letter": round(1000 * (_cpu_of_children() - ended) / letters, 2),
    }


def _cpu_of_children() -> float:
    """Seconds of processor time, of those that have ended; their start is in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))

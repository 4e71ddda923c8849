"""How many texts a second one process sends to a provider that takes 50 ms to answer, 100 at once.

The whole pipeline through Twilio's library (claimed, judged, rendered, committed as sending, posted, committed as
sent), beside bare aiohttp that posts the same bytes and keeps no record. Run `python -m bench.sms [TEXTS]`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import aiohttp

from bench._crowd import now_due
from bench._plant import carried, enrolled, outbox
from bench._providers import provider
from config.accounts import Limits, TwilioAccount
from scheduler.channels.sms import SmsChannel

CONCURRENCY = 100
TEXTS = 5_000
LIMITS = Limits(messages_per_second=10_000, concurrency=CONCURRENCY)
ACCOUNT = "AC" + "0" * 32
FORM = {"To": "+447700900000", "From": "+15005550006", "Body": "Time for a glass of water.", "ValidityPeriod": "3000"}


def main(texts: int = TEXTS) -> dict[str, object]:
    with provider("http") as port:
        bare = _bare(port, texts)
        ours, cpu = _ours(port, texts)
    return {
        "bench": "sms",
        "texts": texts,
        "concurrency": CONCURRENCY,
        "texts_per_s": round(ours),
        "bare_aiohttp_per_s": round(bare),
        "share_of_bare": round(ours / bare, 2),
        "cpu_ms_per_text": round(cpu, 2),
    }


def _ours(port: int, texts: int) -> tuple[float, float]:
    """Texts per second through legup, and the processor's milliseconds for each."""
    account = TwilioAccount.model_validate(
        {
            "account_sid": ACCOUNT,
            "auth_token": "bench",
            "from_number": FORM["From"],
            "base_url": f"http://127.0.0.1:{port}",
        }
    )
    channel = SmsChannel(account, concurrency=CONCURRENCY)
    with outbox() as record:
        enrolled(record, texts, now_due())
        cpu = time.process_time()
        took = carried(record, channel, texts, LIMITS)
        cpu = time.process_time() - cpu
    channel.close()
    return texts / took, 1000 * cpu / texts


def _bare(port: int, texts: int) -> float:
    """Posts per second of aiohttp alone."""
    url = f"http://127.0.0.1:{port}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"

    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, "bench")}

    async def post(session: aiohttp.ClientSession, count: int) -> None:
        for _ in range(count):
            async with session.post(url, data=FORM, headers=headers) as answer:
                await answer.json()

    async def post_all() -> float:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONCURRENCY)) as session:
            began = time.perf_counter()
            await asyncio.gather(*(post(session, texts // CONCURRENCY) for _ in range(CONCURRENCY)))
            return time.perf_counter() - began

    return texts // CONCURRENCY * CONCURRENCY / asyncio.run(post_all())


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))

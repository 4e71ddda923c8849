"""The pool of connections by which texts are posted, against a server that says more than it was asked."""

from __future__ import annotations

import asyncio

from scheduler.channels.deadline import Deadline
from scheduler.channels.twilio_posting import TwilioPosting, _OneTry, posted_before

OTHERS = b'HTTP/1.1 201 Created\r\nContent-Length: 13\r\n\r\n{"sid":"SM1"}'
"""An answer to nothing that was asked."""


class Talkative:
    """Answers each request with its number and says something more on the first connection when `go_on` is set."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.connections: list[asyncio.Task[None]] = []
        self._asked = 0

    def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = not self.connections
        self.connections.append(asyncio.create_task(self._serve(reader, writer, first=first)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, first: bool) -> None:
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            self._asked += 1
            body = b"answer %d" % self._asked
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            if first:
                await self.go_on.wait()
                writer.write(OTHERS)
        writer.close()
        await writer.wait_closed()


async def asked(posting: TwilioPosting) -> str:
    with posted_before(Deadline.within(10.0)):
        answer = await posting.request("GET", "/", headers={}, data={}, auth=("AC", "token"))
    return str(answer.text)


async def heard_more(posting: TwilioPosting) -> None:
    """Until what the server said unasked lies in the pool."""
    assert posting._session is not None
    pool = posting._session.connector
    assert isinstance(pool, _OneTry)
    while not any(each.should_close for kept in pool._conns.values() for each, _ in kept):  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0)


def test_what_comes_unasked_on_a_kept_connection_is_no_answer_to_the_next_message() -> None:
    async def talk() -> tuple[str, str, int]:
        talkative = Talkative()
        server = await asyncio.start_server(talkative, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        posting = TwilioPosting(f"http://{host}:{port}", timeout=5.0, concurrency=1)
        try:
            first = await asked(posting)
            talkative.go_on.set()
            await asyncio.wait_for(heard_more(posting), 10.0)
            return first, await asked(posting), len(talkative.connections)
        finally:
            await posting.close()
            server.close()
            await asyncio.gather(*talkative.connections)

    assert asyncio.run(talk()) == ("answer 1", "answer 2", 2)

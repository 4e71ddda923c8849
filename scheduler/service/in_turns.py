"""One iteration shared out among processes: each makes every so-manieth item, and they come in order.

A process gets no further ahead than its pipe has room. It ends when it is done, when its pipe is closed, and so also
when we are killed.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.resource_tracker import ensure_running
from typing import Any, TypeVar

from config.roster_file import Share
from scheduler.service.garbage import rarely_collected

Item = TypeVar("Item")

_DONE = "done"
_FAILED = "failed"
_MADE = "made"


def in_turns(work: Callable[..., Iterator[Item]], *arguments: object, processes: int) -> Generator[Item]:
    """The items of `work(*arguments, share)`, of each share in a process of its own. `work` is a function of a module,
    and everything can be pickled. Raises what `work` raises; ChildProcessError when a process was ended."""
    context = get_context("spawn")  # a fork would copy locks that other threads hold
    ensure_running()  # now, for the first start would do it, and let the child hear of Ctrl-C
    children, pipes = [], []
    try:
        for turn in range(processes):
            ours, theirs = context.Pipe(duplex=False)
            share = Share(turn, processes)
            child = context.Process(target=_make, args=(theirs, work, (*arguments, share)), daemon=True)
            with _without_interrupts():
                child.start()
            theirs.close()
            children.append(child)
            pipes.append(ours)
        for pipe in cycle(pipes):
            what, item = _received(pipe)
            if what == _DONE:
                return
            if what == _FAILED:
                raise item
            yield item
    finally:
        for pipe in pipes:
            pipe.close()
        for child in children:
            child.terminate()
            child.join()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C is for us: a process that is started here never hears of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _received(pipe: Connection) -> tuple[str, Any]:
    try:
        received: tuple[str, Any] = pipe.recv()
    except (EOFError, OSError):  # between two items, or in the middle of one
        raise ChildProcessError(0, "a process that was to help was ended; is there too little memory?") from None
    return received


def _make(pipe: Connection, work: Callable[..., Iterator[object]], arguments: tuple[object, ...]) -> None:
    with rarely_collected(), suppress(BrokenPipeError):  # nobody wants more
        for what, item in _told(work(*arguments)):
            pipe.send((what, item))


def _told(items: Iterator[object]) -> Iterator[tuple[str, object]]:
    """What is sent of them: each item, and at the end that it is the end, or why."""
    try:
        for item in items:
            yield _MADE, item
    except Exception as error:  # noqa: BLE001 - raised again where somebody waits for it
        yield _FAILED, error
    else:
        yield _DONE, None

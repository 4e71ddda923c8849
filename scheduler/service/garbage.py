"""Looking for garbage less often, where there are very many values and hardly a cycle among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARELY = 1_000_000
"""Values between two looks; usual are 700, which takes a sixth of the time of an import."""


_NOW_AND_THEN = 20_000
"""The same for a service, which runs for months. Of nudges sent, looking at the usual 700 takes a tenth of the time."""


@contextmanager
def rarely_collected(values: int = _RARELY) -> Iterator[None]:
    """`values` are made between two looks."""
    before = gc.get_threshold()
    gc.set_threshold(values, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def settled() -> Iterator[None]:
    """For a service that has started: what is there by now stays, and is not looked through again."""
    gc.freeze()
    try:
        with rarely_collected(_NOW_AND_THEN):
            yield
    finally:
        gc.unfreeze()

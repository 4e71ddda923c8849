"""What a stand-in has received, and waiting for more of it without sleeping."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from threading import Condition
from typing import Generic, TextIO, TypeVar

T = TypeVar("T")


class Gathering(Generic[T]):
    """A list that several threads add to. With a log, each item is also written there as one JSON line."""

    def __init__(self, log: TextIO | None = None, as_json: Callable[[T], Mapping[str, object]] | None = None) -> None:
        self._items: list[T] = []
        self._changed = Condition()
        self._log = log
        self._as_json = as_json

    def add(self, item: T) -> None:
        with self._changed:
            self._items.append(item)
            if self._log is not None and self._as_json is not None:
                self._log.write(json.dumps(self._as_json(item)) + "\n")
                self._log.flush()
            self._changed.notify_all()

    def all(self) -> list[T]:
        with self._changed:
            return list(self._items)

    def wait_for(self, count: int, timeout: float = 5.0) -> list[T]:
        """The items, once there are `count` of them; AssertionError after `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._items) >= count, timeout):
                raise AssertionError(f"{len(self._items)} of {count} arrived within {timeout} s")
            return list(self._items)

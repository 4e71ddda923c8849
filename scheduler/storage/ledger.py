"""The deliveries of an outbox in memory, found by what is asked of them as a database finds rows by its indexes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from scheduler.delivery.delivery import Delivery, State
from scheduler.storage.rules import UNCOUNTED


class Ledger:
    """Deliveries by id."""

    def __init__(self) -> None:
        self._by_id: dict[int, Delivery] = {}
        self._causes: set[str] = set()
        self._by_state: defaultdict[State, dict[int, None]] = defaultdict(dict)
        self._counted: defaultdict[str, Counter[date]] = defaultdict(Counter)
        self._slots: defaultdict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
        """Per person and nudge, the due instants in order."""

    def __getitem__(self, identifier: int) -> Delivery:
        return self._by_id[identifier]

    def __setitem__(self, identifier: int, delivery: Delivery) -> None:
        before = self._by_id.get(identifier)
        if before is not None:
            self._forget(before)
        elif delivery.owner_day is not None:
            insort(self._slots[delivery.person, delivery.kind], (delivery.due_at, identifier))
        self._by_id[identifier] = delivery
        self._causes.add(delivery.cause)
        self._by_state[delivery.state][identifier] = None
        if delivery.owner_day is not None and delivery.state not in UNCOUNTED:
            self._counted[delivery.person][delivery.owner_day] += 1

    def __delitem__(self, identifier: int) -> None:
        delivery = self._by_id.pop(identifier)
        self._forget(delivery)
        self._causes.remove(delivery.cause)
        slots = self._slots[delivery.person, delivery.kind]
        if delivery.owner_day is not None:
            del slots[bisect_left(slots, (delivery.due_at, identifier))]

    def get(self, identifier: int) -> Delivery | None:
        return self._by_id.get(identifier)

    def values(self) -> Iterator[Delivery]:
        return iter(self._by_id.values())

    def has_cause(self, cause: str) -> bool:
        return cause in self._causes

    def in_state(self, state: State) -> list[Delivery]:
        return [self._by_id[identifier] for identifier in self._by_state[state]]

    def counted(self, person: str, since: date) -> dict[date, int]:
        """Per owner day, a person's deliveries that count against the daily limit."""
        return {day: count for day, count in self._counted[person].items() if day >= since}

    def later(self, delivery: Delivery, until: datetime) -> Iterator[Delivery]:
        """The slots of the same nudge that were due after this delivery, up to an instant."""
        slots = self._slots[delivery.person, delivery.kind]
        first, end = (bisect_right(slots, instant, key=_due) for instant in (delivery.due_at, until))
        return (self._by_id[identifier] for _, identifier in slots[first:end])

    def _forget(self, delivery: Delivery) -> None:
        del self._by_state[delivery.state][delivery.id]
        day, counts = delivery.owner_day, self._counted[delivery.person]
        if day is not None and delivery.state not in UNCOUNTED:
            counts[day] -= 1
            if not counts[day]:
                del counts[day]


def _due(slot: tuple[datetime, int]) -> datetime:
    return slot[0]

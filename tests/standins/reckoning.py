"""The reckoning: every slot of the oracle against what was recorded and what was sent. Each breach is one line."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from scheduler.delivery.delivery import State
from scheduler.planning.decision import EDIT_GUARD
from tests.standins.oracle import Expected, expected, is_quiet
from tests.standins.world import DAY, MINUTE, Row, Span, Tried, World

RECOVERED = MINUTE
"""After the last thing went wrong, everything is as it should be from here on."""


class Reckoning:
    """Compares a world that has ended with the oracle."""

    def __init__(self, world: World) -> None:
        self.slots = 0
        self.sent = 0
        self.reasons: Counter[str] = Counter()
        self._world = world
        self._tries: defaultdict[int, list[Tried]] = defaultdict(list)
        for each in world.tried:
            self._tries[each.delivery].append(each)
        self._troubles = Spans(world.troubles)
        self._steps = Spans(world.steps)
        self._wanted: Counter[tuple[str, date]] = Counter()
        self._dues: defaultdict[str, set[datetime]] = defaultdict(set)
        """By cause; more than one when a person moved to another zone on that day."""

    def breaches(self) -> Iterator[str]:
        """Everything that is not as promised; nothing when all is well."""
        slots = list(expected(self._world.chapters))
        for each in slots:
            self._wanted[each.person, each.owner_day] += each.sure and not is_quiet(each.chapter.life, each.due)
            for name in each.names:
                self._dues[name].add(each.due)
        met: set[str] = set()
        for each in slots:
            found = [name for name in each.names if name in self._world.rows]
            if each.sure:
                self.slots += 1
                met.update(found)
                yield from (f"{each.names[0]}: {fault}" for fault in self._of(each, found))
            else:
                met.update(name for name in found if self._beyond(each, self._world.rows[name]))
        yield from self._strays(met)
        yield from self._too_many()

    def _beyond(self, slot: Expected, row: Row) -> bool:
        """Whether a slot out of its chapter came because the clock had been set across the edit."""
        return row.due == slot.due and self._steps.touch(row.due, row.due) and not [*self._of_tries(slot, row)]

    def _strays(self, met: set[str]) -> Iterator[str]:
        for cause in self._world.rows.keys() - met:
            if self._world.rows[cause].due < self._world.end:
                yield f"{cause}: was never due"
        for tried in self._world.tried:
            if abs(tried.off) >= DAY:
                yield f"delivery {tried.delivery} was tried while the clock was {tried.off} wrong"

    def _too_many(self) -> Iterator[str]:
        """Owner days on which a person was sent more than they ever allowed."""
        sent = Counter((row.person, row.owner_day) for row in self._world.rows.values() if row.state is State.SENT)
        limits: defaultdict[str, int] = defaultdict(int)
        for chapter in self._world.chapters:
            limits[chapter.life.id] = max(limits[chapter.life.id], chapter.life.daily_limit)
        yield from (f"{who} was sent {count} on {day}" for (who, day), count in sent.items() if count > limits[who])

    def _of(self, slot: Expected, found: list[str]) -> Iterator[str]:
        if not found:
            if slot.due > slot.chapter.start + EDIT_GUARD and not self._taken_back(slot):
                yield f"due {slot.due} and nothing on record"
            return
        if len(found) > 1:
            yield f"recorded {len(found)} times"
        row = self._world.rows[found[0]]
        if row.due != slot.due:
            # It may have come already: where the person was before, or while the clock was ahead.
            before = row.due < slot.due or self._steps.touch(row.due, row.due) or self._taken_back(slot)
            if not before or row.due not in self._dues[found[0]]:
                yield f"recorded for {row.due}, due {slot.due}"
            return
        self.reasons[f"{row.state}: {row.reason}" if row.reason else row.state] += 1
        yield from self._of_tries(slot, row)
        accepted = [each for each in self._tries[row.delivery] if each.accepted]
        self.sent += len(accepted)
        if row.state is State.SENT and not accepted:
            yield "recorded as sent, and never was"
        if row.state is not State.SENT and not row.reason:
            yield f"{row.state} without a reason"
        if accepted and row.state is not State.SENT and row.delivery not in self._world.hit:
            yield f"was sent, and is recorded as {row.state}"
        if not self._troubles.touch(slot.due - MINUTE, slot.due + slot.late) and row.delivery not in self._world.hit:
            yield from self._undisturbed(slot, row, accepted)

    def _taken_back(self, slot: Expected) -> bool:
        """Its record may be gone: the clock was set back behind it, and the person had changed meanwhile."""
        return self._steps.touch(slot.due, slot.due) and slot.chapter.end < slot.due + DAY

    def _undisturbed(self, slot: Expected, row: Row, accepted: list[Tried]) -> Iterator[str]:
        """Nothing was wrong at the time: it was sent at its minute, or was not wanted."""
        if row.state is State.SENT:
            ahead = self._steps.touch(slot.due, slot.due + slot.late)
            if accepted[0].at - slot.due > MINUTE and not ahead:
                yield f"sent {accepted[0].at - slot.due} late, and nothing was wrong"
        elif row.reason == "quiet hours":
            if not is_quiet(slot.chapter.life, slot.due):
                yield "suppressed for quiet hours that were none"
        elif row.reason == "daily limit":
            whole = slot.chapter.start + 2 * DAY < slot.due < slot.chapter.end - 2 * DAY
            if whole and self._wanted[slot.person, slot.owner_day] <= slot.chapter.life.daily_limit:
                yield "suppressed by a daily limit that was not reached"
        elif row.reason != "switched off":
            yield f"{row.state} ({row.reason}), and nothing was wrong"

    def _of_tries(self, slot: Expected, row: Row) -> Iterator[str]:
        tries = self._tries[row.delivery]
        if sum(each.accepted for each in tries) > 1:
            yield "sent more than once"
        for each in tries:
            if not slot.due <= each.at < slot.due + slot.late:
                yield f"tried at {each.at}, out of its life from {slot.due}"
            if is_quiet(slot.chapter.life, each.at):
                yield f"tried at {each.at}, in quiet hours"


class Spans:
    """Stretches of time in order and without overlap, each a little longer: recovery takes a minute, a guard two."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans: list[Span] = []
        for start, end in sorted(spans):
            longer = end + RECOVERED + EDIT_GUARD
            if self._spans and start <= self._spans[-1][1]:
                begun, until = self._spans.pop()
                self._spans.append((begun, max(until, longer)))
            else:
                self._spans.append((start, longer))
        self._starts = [start for start, _ in self._spans]

    def touch(self, start: datetime, end: datetime) -> bool:
        at = bisect_right(self._starts, end)
        return at > 0 and self._spans[at - 1][1] >= start

"""STOP against sending, with real threads: at each person a stop and a beginning meet, and either may come first."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Barrier, Thread

from config.person import Contacts
from scheduler.delivery.correspondence import Reaction
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Judgement, Ready
from scheduler.storage.outbox import SqlOutbox
from tests.standins.approaches import answer, from_phone, hear
from tests.standins.outbox_parts import EARLY, LEASE, NINE, SMS, enrolment, one_each, send


@dataclass(frozen=True, slots=True)
class Race:
    """How it went."""

    people: int
    nudged: int
    """Whose nudge began before their stop."""
    late: tuple[str, ...]
    """Whose nudge began although their stop had been committed: a broken promise."""
    sending: int
    suppressed: int
    confirmed: tuple[str, ...]
    """The kind of each message that still goes out."""

    def keeps_the_promise(self) -> bool:
        silent = self.people - self.nudged
        return (self.late, self.sending, self.suppressed) == ((), self.nudged, silent) and (
            self.confirmed == ("stopped",) * self.people
        )


def race(outbox: SqlOutbox, people: int) -> Race:
    """Everybody's nudge begins while their stop comes in."""
    names = [f"p{number:04}" for number in range(people)]
    outbox.enrol([enrolment(each, contacts=Contacts(phone=f"+44{each}")) for each in names], EARLY)
    while outbox.claim_due(NINE, 500, one_each):
        pass
    together = Barrier(2)
    stopped: dict[str, None] = {}
    late: list[str] = []

    def judge(ready: Ready) -> Judgement:
        """Under the write lock: a stop that had returned before must be known by now."""
        if ready.delivery.person in stopped and ready.delivery.kind != "stopped":
            late.append(ready.delivery.person)
        return send(ready)

    def stop_each() -> None:
        for each in names:
            confirmed = Reaction("stop", opted_out=True, answers=(answer(each, "stopped"),))
            together.wait()
            hear(outbox, from_phone(f"+44{each}"), confirmed)
            stopped[each] = None

    thread = Thread(target=stop_each)
    thread.start()
    nudged = 0
    for each in names:
        together.wait()
        nudged += len(outbox.begin(NINE, SMS, 1, LEASE, judge, cause=f"slot:{each}/hydration/2026-11-23/09:00"))
    thread.join()
    found = outbox.overview(EARLY).states
    confirmed = tuple(message.kind for message in outbox.begin(NINE, SMS, people + 1, LEASE, judge))
    return Race(people, nudged, tuple(late), found[State.SENDING], found[State.SUPPRESSED], confirmed)

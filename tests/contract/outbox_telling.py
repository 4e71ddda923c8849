"""What is told of somebody: their diary, what was answered, what was put off."""

from __future__ import annotations

from config.person import Contacts
from scheduler.delivery.cause import snooze_cause
from scheduler.delivery.correspondence import (
    REMEMBERED,
    DiaryEntry,
    Noted,
    Reaction,
)
from scheduler.delivery.ports import Outbox
from tests.standins.approaches import answer, from_link, hear
from tests.standins.correspondents import person_of
from tests.standins.outbox_parts import (
    EARLY,
    HOUR,
    MINUTE,
    NINE,
    message_to,
)


class TellingContract:
    def test_a_diary_is_kept_in_order_and_the_last_days_are_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(), person_of("b", contacts=Contacts(phone="+44b"))], EARLY)
        long_ago = NINE - REMEMBERED - MINUTE
        entries = (
            DiaryEntry(Noted.DONE, NINE, "hydration"),
            DiaryEntry(Noted.CRAMP, NINE - HOUR),
            DiaryEntry(Noted.CRAMP, long_ago),
        )
        hear(outbox, from_link("a"), Reaction("cramp", noted=entries))
        assert outbox.diary("a", long_ago, NINE) == [entries[2], entries[1]]
        assert outbox.diary("a", NINE, NINE + MINUTE) == [entries[0]]
        assert outbox.diary("b", long_ago, NINE + HOUR) == outbox.diary("nobody", long_ago, NINE) == []
        found = outbox.correspondent("a", NINE)
        assert found is not None
        assert (found.dones, found.cramps) == ((NINE,), (NINE - HOUR,))

    def test_when_what_was_answered_is_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        for number, at in enumerate((EARLY - REMEMBERED, EARLY, NINE)):
            told = answer("a", "done", identifier=str(number), at=at)
            hear(outbox, from_link("a"), Reaction("done", answers=(told,)), at)
        hear(outbox, from_link("a"), Reaction("help", answers=(answer("a", "help", at=EARLY),)))
        outbox.add(message_to("a", cause="send:1"))
        found = outbox.correspondent("a", NINE)
        assert found is not None
        assert found.answered == {"done": NINE, "help": EARLY}

    def test_how_much_was_answered_within_the_last_hour_is_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(), person_of("b", contacts=Contacts())], EARLY)
        for number, at in enumerate((NINE - HOUR, NINE - HOUR + MINUTE, NINE)):
            told = tuple(answer(each, "help", identifier=str(number), at=at) for each in ("a", "a", "b"))
            hear(outbox, from_link("a"), Reaction("help", answers=told), at)
        outbox.add(message_to("a", cause="send:1"))
        found = outbox.correspondent("a", NINE)
        assert found is not None
        assert found.answers_lately == 2

    def test_when_a_nudge_that_was_put_off_comes_again_is_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        for number in (1, 2):
            outbox.add(message_to("a", cause=f"send:{number}"))
        first, second = outbox.deliveries(EARLY, NINE + HOUR)[-2:]
        again = message_to("a", cause=snooze_cause(first.id), due=NINE + HOUR)
        hear(outbox, from_link("a"), Reaction("snooze", answers=(again,)))
        untils = {}
        for delivery in (first, second):
            found = outbox.correspondent("a", NINE, delivery=delivery.id)
            assert found is not None
            untils[delivery.cause] = found.snoozed_until
        assert untils == {"send:1": NINE + HOUR, "send:2": None}

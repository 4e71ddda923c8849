"""Endings: after a birth or a loss nothing goes out but its own line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.changes import Changes
from scheduler.delivery.correspondence import (
    DiaryEntry,
    Noted,
    Reaction,
)
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Ended, Outbox
from tests.standins.approaches import answer, from_link, hear, nothing_planned
from tests.standins.correspondents import pending, person_of, standing
from tests.standins.outbox_parts import (
    EARLY,
    HOUR,
    NINE,
    begin_all,
    one_each,
    states,
)


class EndingsContract:
    @pytest.mark.parametrize("ended", list(Ended))
    def test_an_end_ends_everything_but_its_own_line(self, outbox: Outbox, ended: Ended) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        line = answer("a", str(ended))
        assert hear(outbox, from_link("a"), Reaction("end", ended=ended, answers=(line,))).answers == 1
        assert standing(outbox).ended is ended
        assert pending(outbox) == {line.cause}
        assert states(outbox)["slot:a/hydration/2026-11-23/09:00"] == (State.CANCELLED, "ended by the person")
        assert outbox.overview(EARLY).nudges == 0
        assert [message.kind for message in begin_all(outbox)] == [str(ended)]

    @pytest.mark.parametrize("kind", ["born", "relief"])
    def test_what_is_said_after_an_end_takes_back_no_answer_that_waits(self, outbox: Outbox, kind: str) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("ended", ended=Ended.BORN, answers=(answer("a", kind),)))
        hear(outbox, from_link("a"), Reaction("start"))
        assert [message.kind for message in begin_all(outbox)] == [kind]

    @pytest.mark.parametrize("ended", list(Ended))
    def test_no_edit_and_no_return_takes_back_an_end(self, outbox: Outbox, ended: Ended) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("end", ended=ended))
        outbox.enrol([], NINE)
        outbox.enrol([replace(person_of(language="es"), plan=nothing_planned())], NINE)
        assert standing(outbox).ended is ended
        assert outbox.overview(EARLY).nudges == 0
        hear(outbox, from_link("a"), Reaction("more", changes=Changes(agreed=True)), plan=nothing_planned())
        assert outbox.next_event_at() in (None, NINE), "only the welcome waits, which no judge lets go"

    def test_after_a_loss_nothing_takes_its_place_and_no_diary_is_kept(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        cramp = DiaryEntry(Noted.CRAMP, NINE)
        hear(outbox, from_link("a"), Reaction("cramp", noted=(cramp,)))
        hear(outbox, from_link("a"), Reaction("loss", ended=Ended.LOSS))
        assert outbox.diary("a", EARLY, NINE + HOUR) == []
        hear(outbox, from_link("a"), Reaction("born", ended=Ended.BORN, noted=(cramp,)))
        assert standing(outbox).ended is Ended.LOSS
        assert outbox.diary("a", EARLY, NINE + HOUR) == []

    def test_a_loss_may_follow_a_birth(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("born", ended=Ended.BORN))
        hear(outbox, from_link("a"), Reaction("loss", ended=Ended.LOSS))
        assert standing(outbox).ended is Ended.LOSS

    @pytest.mark.parametrize("ended", list(Ended))
    def test_an_operator_may_take_back_an_end(self, outbox: Outbox, ended: Ended) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("end", ended=ended))
        hear(outbox, from_link("a"), Reaction("restart", restarted=True), NINE)
        assert standing(outbox).ended is None
        assert outbox.overview(EARLY).nudges == 2
        assert outbox.overview(EARLY).next_due_at == NINE + HOUR

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from messages.message import NO_DETAILS, Details
from scheduler.delivery.details import from_text, to_text

FULL = Details(count=3, about="hydration", nth=2, until=datetime(2026, 11, 23, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize("details", [NO_DETAILS, Details(), FULL, Details(count=1), Details(until=FULL.until)])
def test_details_come_back_as_they_were_written(details: Details) -> None:
    assert from_text(to_text(details)) == details


def test_nothing_to_say_takes_no_room() -> None:
    assert to_text(Details()) is None


@pytest.mark.parametrize(
    "text", ["", "[]", "3", "{}", '{"about":"x"}', '{"about":"x","count":"y","nth":1,"until":null}']
)
def test_what_was_not_written_by_us_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"^stored details cannot be read") as caught:
        from_text(text)
    assert caught.value.__suppress_context__

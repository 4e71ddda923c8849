"""Phrases as people mistype them: read, or refused at a column; and what is read is written back the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.phrase import (
    PhraseError,
    format_duration,
    parse_duration,
    parse_quiet_interval,
    parse_schedule,
    parse_weeks,
)
from tests.standins.fuzzing import examples, texts, with_slips

SCHEDULES = (
    "at 08:00, 12:30 and bedtime on mon, wed-fri",
    "every 1 h 30 min from wake to 24:00 on weekdays",
    "30 min before bedtime on weekends and monday",
)
Parse = Callable[[str], object]


@pytest.mark.parametrize(
    ("parse", "write", "phrases"),
    [
        (parse_schedule, str, SCHEDULES),
        (parse_duration, format_duration, ("1 day 2 h 30 min", "90 minutes")),
        (parse_weeks, str, ("14-40", "28\N{EN DASH}")),
        (parse_quiet_interval, str, ("22:30-07:00", "13:00 \N{EN DASH} 24:00")),
    ],
)
@given(data=st.data())
@examples(1)
def test_a_phrase_with_slips_is_read_or_refused_at_a_column(
    parse: Parse, write: Callable[..., str], phrases: tuple[str, ...], data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(phrases).flatmap(with_slips) | texts)
    read, refused = tried(parse, text)
    if refused is None:
        assert tried(parse, write(read)) == (read, None)
    else:
        assert 0 <= refused.column <= len(text)
        assert "\n" not in str(refused)
        assert len(str(refused)) < 500


def tried(parse: Parse, text: str) -> tuple[object, PhraseError | None]:
    try:
        return parse(text), None
    except PhraseError as error:
        return None, error

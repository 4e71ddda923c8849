"""Everything that can be written reads back, and anything else is refused in one way only."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.document import from_document, to_document
from config.person import ChannelName, Consent, NudgePreference, Preferences
from config.phrase import (
    PhraseError,
    format_duration,
    format_schedule,
    parse_duration,
    parse_quiet_interval,
    parse_schedule,
    parse_weeks,
)
from config.schedule import QuietInterval, Schedule, TimeOfDay, Weeks
from tests.standins.fuzzing import examples
from tests.standins.schedules import schedules, times

intervals = st.builds(QuietInterval, times, times | st.just(TimeOfDay(1440))).filter(
    lambda quiet: quiet.start != quiet.end
)
weeks = st.builds(Weeks, st.integers(0, 20), st.none() | st.integers(20, 45))
durations = st.integers(0, 200_000).map(lambda minutes: timedelta(minutes=minutes))
dates = st.dates(date(2000, 1, 1), date(2100, 1, 1))
instants = st.builds(lambda day, time: datetime.combine(day, time, UTC), dates, st.times())
channels = st.lists(st.sampled_from(ChannelName), min_size=1, max_size=2, unique=True).map(tuple)
nudges = st.builds(
    NudgePreference,
    nudge=st.sampled_from(["hydration", "potassium", "legs_up"]),
    on=st.booleans(),
    schedule=st.none() | schedules,
    channels=st.none() | channels,
    late=st.none() | durations,
    priority=st.none() | st.integers(1, 100),
    weeks=st.none() | weeks,
    starts=st.none() | dates,
    ends=st.none() | dates,
)
people = st.builds(
    Preferences,
    timezone=st.sampled_from(["Europe/London", "Asia/Kathmandu"]),
    language=st.sampled_from(["en", "es"]),
    wake=times,
    bedtime=times,
    quiet_hours=st.none() | st.lists(intervals, max_size=3).map(tuple),
    daily_limit=st.integers(1, 100),
    discreet=st.booleans(),
    consent=st.sampled_from(Consent),
    channels=channels,
    due_date=st.none() | dates,
    paused_until=st.none() | instants,
    nudges=st.lists(nudges, max_size=4).map(tuple),
)
words = st.sampled_from(
    [
        "at",
        "every",
        "on",
        "from",
        "to",
        "and",
        ",",
        "-",
        "before",
        "after",
        "wake",
        "bedtime",
        "weekdays",
        "mon",
        "fri",
        "08:00",
        "24:00",
        "7:5",
        "2",
        "0",
        "h",
        "min",
        "days",
        " ",
        "at 8",
        "é",
        "99:99",
        "\n",
    ]
)
nearly_phrases = st.lists(words, max_size=10).map(" ".join)


@given(schedules)
def test_a_schedule_reads_back_from_its_phrase(schedule: Schedule) -> None:
    assert parse_schedule(format_schedule(schedule)) == schedule


@given(schedules)
def test_a_phrase_is_stable_however_it_is_spaced_and_cased(schedule: Schedule) -> None:
    phrase = str(schedule)
    assert str(parse_schedule(f"  {phrase.upper()} ".replace(" ", "  ").replace(",", " , "))) == phrase


@given(durations, weeks, intervals)
def test_durations_weeks_and_quiet_intervals_read_back(duration: timedelta, some: Weeks, quiet: QuietInterval) -> None:
    assert parse_duration(format_duration(duration)) == duration
    assert parse_weeks(str(some)) == some
    assert parse_quiet_interval(str(quiet)) == quiet


@examples(1.5)
@pytest.mark.parametrize("parse", [parse_schedule, parse_duration, parse_weeks, parse_quiet_interval])
@given(text=st.text() | nearly_phrases)
def test_any_text_is_read_or_refused_at_a_column_of_it(parse: Callable[[str], object], text: str) -> None:
    refused = None
    try:
        parse(text)
    except PhraseError as error:
        refused = error
    assert refused is None or 0 <= refused.column <= len(text)
    assert "\n" not in str(refused)


@examples(1)
@given(people)
def test_preferences_read_back_from_their_document(preferences: Preferences) -> None:
    document = to_document(preferences)
    assert from_document(document) == preferences
    assert to_document(from_document(document)) == document

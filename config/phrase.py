"""The phrases people write: schedules, durations, weeks and quiet intervals. `str()` of what was read reads back."""

from __future__ import annotations

from datetime import timedelta

from config.reader import PhraseError, PhraseReader
from config.schedule import (
    DAY_GROUPS,
    EVERY_DAY,
    MINUTES_PER_DAY,
    WEEKDAYS,
    Anchor,
    At,
    Every,
    Moment,
    Offset,
    QuietInterval,
    Rule,
    Schedule,
    TimeOfDay,
    Weeks,
    format_duration,
)

__all__ = [
    "PhraseError",
    "format_duration",
    "format_schedule",
    "parse_duration",
    "parse_quiet_interval",
    "parse_schedule",
    "parse_weeks",
]

FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = {name: number for names in (WEEKDAYS, FULL_NAMES) for number, name in enumerate(names)}
UNITS = (
    (MINUTES_PER_DAY, ("days", "day", "d")),
    (60, ("h", "hours", "hour", "hr", "hrs")),
    (1, ("min", "mins", "minutes", "minute", "m")),
)
MINUTES = {word: minutes for minutes, words in UNITS for word in words}
ANCHORS = tuple(Anchor)
DASHES = ("-", "\N{EN DASH}")
LONGEST_STEP = timedelta(days=1)
LAST_WEEK = 45
"""No pregnancy is counted further; a larger number is a mistake."""

A_SCHEDULE = '"at 08:00", "every 2 h from 09:00 to 17:00" or "30 min before bedtime"'
A_DURATION = 'a duration such as "90 min" or "1 h 30 min"'
A_MOMENT = 'a time such as "07:30", "wake" or "bedtime"'
A_DAY = '"weekdays", "weekends" or days such as "mon, wed-fri"'


def parse_schedule(text: str) -> Schedule:
    """Read `at 08:00 and 12:30`, `every 2 h from wake to 20:00 on weekdays`, `30 min before bedtime on mon, wed-fri`.

    Raises PhraseError for anything else.
    """
    reader = PhraseReader(text)
    if reader.take("at"):
        rule: Rule = _at(reader)
        then = 'a comma, "and", "on" or the end'
    elif reader.take("every"):
        rule = _every(reader)
        then = '"on" or the end' if rule.window else '"from", "on" or the end'
    elif reader.token.text.isdecimal():
        rule = _offset(reader)
        then = '"on" or the end'
    else:
        reader.fail(A_SCHEDULE, near=("at", "every"))
    days = _days(reader) if reader.take("on") else EVERY_DAY
    reader.finish(then if days is EVERY_DAY else "another day or the end", near=("and", "on", "from"))
    return Schedule(rule, days)


def format_schedule(schedule: Schedule) -> str:
    """The phrase that `parse_schedule` reads back to an equal schedule."""
    return str(schedule)


def parse_duration(text: str) -> timedelta:
    """Read `45 min`, `1 h 30 min` or `90 days`. Raises PhraseError for anything else."""
    reader = PhraseReader(text)
    duration = _duration(reader)
    reader.finish("the end")
    return duration


def parse_weeks(text: str) -> Weeks:
    """Read `14-40` or `14-`. Raises PhraseError for anything else."""
    reader = PhraseReader(text)
    first = _week(reader)
    reader.require(DASHES, 'a dash, as in "14-40" or "14-"')
    if not reader.token.text:
        return Weeks(first)
    column = reader.token.column
    last = _week(reader)
    reader.finish("the end")
    if last < first:
        raise reader.error(column, f"a last week that is not before week {first}")
    return Weeks(first, last)


def parse_quiet_interval(text: str) -> QuietInterval:
    """Read `22:30-07:00`; 24:00 may end it. Raises PhraseError for anything else."""
    reader = PhraseReader(text)
    start = _time(reader, 'an interval such as "22:30-07:00"')
    reader.require(DASHES, 'a dash, as in "22:30-07:00"')
    column = reader.token.column
    end = _time(reader, 'the interval\'s end, such as "07:00"', midnight_ends=True)
    reader.finish("the end")
    if start == end:
        raise reader.error(column, 'an end that is not the start ("00:00-24:00" is the whole day)')
    return QuietInterval(start, end)


def _at(reader: PhraseReader) -> At:
    moments = [_moment(reader)]
    while reader.take(",", "and"):
        reader.take("and")
        column = reader.token.column
        moment = _moment(reader)
        if moment in moments:
            raise reader.error(column, "each time only once")
        moments.append(moment)
    return At(tuple(moments))


def _every(reader: PhraseReader) -> Every:
    column = reader.token.column
    step = _duration(reader)
    if not timedelta(minutes=1) <= step <= LONGEST_STEP:
        raise reader.error(column, 'a step between "1 min" and "24 h"')
    if not reader.take("from"):
        return Every(step)
    start = _moment(reader)
    reader.require(("to",), '"to" and the window\'s end')
    column = reader.token.column
    end = _moment(reader, midnight_ends=True)
    if start == end:
        raise reader.error(column, 'an end that is not the start ("from 00:00 to 24:00" is the whole day)')
    return Every(step, (start, end))


def _offset(reader: PhraseReader) -> Offset:
    column = reader.token.column
    by = _duration(reader)
    if by >= LONGEST_STEP:
        raise reader.error(column, "less than 24 h")
    side = reader.require(("before", "after"), '"before" or "after"')
    anchor = Anchor(reader.require(ANCHORS, '"bedtime" or "wake"'))
    return Offset(-by if side == "before" else by, anchor)


def _moment(reader: PhraseReader, *, midnight_ends: bool = False) -> Moment:
    anchor = reader.take(*ANCHORS)
    return Anchor(anchor) if anchor else _time(reader, A_MOMENT, midnight_ends=midnight_ends, near=ANCHORS)


def _time(reader: PhraseReader, expected: str, *, midnight_ends: bool = False, near: tuple[str, ...] = ()) -> TimeOfDay:
    text, column, meant = reader.token.text, reader.token.column, reader.clock_meant()
    try:
        time = TimeOfDay.parse(text)
    except ValueError:
        reader.fail(expected, near=near, suggestion=meant)
    if time.minutes == MINUTES_PER_DAY and not midnight_ends:
        reader.fail("a time before 24:00, which may only end a window", suggestion="00:00")
    reader.take(text)
    if reader.token.text in ("am", "pm"):
        raise reader.error(column, "a time of the 24-hour clock", meant)
    return time


def _duration(reader: PhraseReader) -> timedelta:
    minutes, units = _measure(reader, tuple(MINUTES))
    while units and reader.token.text.isdecimal():
        more, units = _measure(reader, units)
        minutes += more
    return timedelta(minutes=minutes)


def _measure(reader: PhraseReader, units: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """One number with its unit, in minutes, and the smaller units that may follow."""
    count = _number(reader, A_DURATION, near=units)
    unit = reader.require(units, 'a unit ("min" or "h")')
    smaller = tuple(word for word, minutes in MINUTES.items() if minutes < MINUTES[unit])
    return count * MINUTES[unit], smaller


def _number(reader: PhraseReader, expected: str, near: tuple[str, ...] = ()) -> int:
    digits = reader.token.text
    if not digits.isdecimal() or len(digits) > 6:
        meant = f"1 {digits}" if digits in near else None
        reader.fail(expected, suggestion=meant)
    reader.take(digits)
    return int(digits)


def _week(reader: PhraseReader) -> int:
    column = reader.token.column
    week = _number(reader, 'weeks such as "14-40" or "14-"')
    if week > LAST_WEEK:
        raise reader.error(column, f"a week of pregnancy, 0 to {LAST_WEEK}")
    return week


def _days(reader: PhraseReader) -> frozenset[int]:
    days = _day_item(reader)
    while reader.take(",", "and"):
        reader.take("and")
        days |= _day_item(reader)
    return days


def _day_item(reader: PhraseReader) -> frozenset[int]:
    group = reader.take(*DAY_GROUPS)
    if group:
        return DAY_GROUPS[group]
    first = DAYS[reader.require((*DAYS, *DAY_GROUPS), A_DAY)]
    if not reader.take(*DASHES):
        return frozenset({first})
    last = DAYS[reader.require(DAYS, 'a day that ends the range, such as "fri"')]
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from scheduler.delivery.outcome import Accepted, Refused
from scheduler.service.demo import Demo, Silent, Told, Tried, VirtualClock

MORNING = datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(MORNING)
    assert clock.now() == clock.now() == MORNING
    clock.move_to(MORNING + timedelta(hours=2))
    assert clock.now() == MORNING + timedelta(hours=2)


def test_a_virtual_clock_never_goes_back() -> None:
    clock = VirtualClock(MORNING)
    with pytest.raises(ValueError, match="stands at 07:00:00 cannot be moved back to 06:59:59"):
        clock.move_to(MORNING - timedelta(seconds=1))


def test_the_day_is_told_in_order_and_its_letters_really_arrive() -> None:
    with Demo(date(2026, 11, 23)) as staged:
        happened = list(staged.happenings())
        subjects = [str(letter["Subject"]) for letter in staged.mailbox.letters]
    assert all(earlier.at <= later.at for earlier, later in pairwise(happened))
    assert isinstance(happened[0], Told)
    assert happened[0].at == staged.begins
    assert isinstance(happened[-1], Told)
    assert happened[-1].at == staged.ends
    mailed = [each.message.subject for each in happened if isinstance(each, Tried) and each.message.subject]
    assert subjects == mailed[:-1], "all but the last, which the full mailbox refused"
    assert [type(each.outcome) for each in happened if isinstance(each, Tried)][-2:] == [Refused, Accepted]
    assert [each.line.kind for each in happened if isinstance(each, Silent)] == ["sitting_break", "sitting_break"]

"""So many a second, some at once after a rest, and no more memory than for the last to come."""

from __future__ import annotations

import pytest

from scheduler.web.allowance import Allowance, Buckets


def admitted(buckets: Buckets, key: str, times: list[float]) -> int:
    return sum(1 for now in times if not buckets.take(key, now))


def test_a_burst_is_let_in_and_then_one_at_a_time() -> None:
    buckets = Buckets(Allowance(per_second=2, burst=5))
    assert admitted(buckets, "a", [0.0] * 20) == 5
    assert admitted(buckets, "a", [0.5] * 20) == 1


def test_over_a_long_time_no_more_come_in_than_the_rate() -> None:
    buckets = Buckets(Allowance(per_second=2, burst=5))
    assert admitted(buckets, "a", [number / 100 for number in range(1000)]) == 5 + 2 * 10 - 1


def test_the_wait_is_told_and_is_enough() -> None:
    buckets = Buckets(Allowance(per_second=0.5, burst=1))
    assert not buckets.take("a", 100.0)
    wait = buckets.take("a", 100.5)
    assert wait == pytest.approx(1.5)
    assert not buckets.take("a", 100.5 + wait)


def test_one_key_does_not_use_up_what_another_has() -> None:
    buckets = Buckets(Allowance(per_second=1, burst=1))
    assert [buckets.take(key, 0.0) for key in ("a", "b", "c")] == [0.0, 0.0, 0.0]


def test_a_flood_of_keys_keeps_no_more_than_the_last_of_them() -> None:
    buckets = Buckets(Allowance(per_second=1, burst=1), most=10)
    for number in range(1000):
        buckets.take(number, 0.0)
    assert len(buckets._full_at) == 10

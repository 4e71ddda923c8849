"""A service that is killed while it sends doubles nothing, and loses nothing but inside `unknown`.

The short form of tests/torture/torture_crashes.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from tests.standins.comparison import Verdict
from tests.standins.crashes import Kill, Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("crashes")) as site:
        yield site


def holds(verdict: Verdict) -> bool:
    return (verdict.faults, verdict.doubled, verdict.lost) == ((), 0, 0)


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_at_any_moment_keeps_the_promise(site: Site, seed: int) -> None:
    assert holds(site.round(next(site.moments(seed))))


def test_a_second_kill_while_picking_up_the_pieces_keeps_it_too(site: Site) -> None:
    assert holds(site.round(*islice(site.moments(99), 2)))


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_kill_at_a_commit_or_a_request_keeps_the_promise(site: Site, part: float) -> None:
    assert holds(site.round(Kill(boundary=round(site.boundaries * part))))


@pytest.mark.parametrize("number", [1, 9, 18])
def test_an_sms_that_was_taken_without_an_answer_is_found_and_not_sent_again(site: Site, number: int) -> None:
    verdict = site.round(Kill(sms=number))
    assert holds(verdict)
    assert verdict.found >= 1


@pytest.mark.parametrize("number", [1, 9, 18])
def test_an_email_that_was_taken_without_an_answer_is_sent_again_as_the_same_message(site: Site, number: int) -> None:
    verdict = site.round(Kill(letter=number))
    assert holds(verdict)
    assert verdict.repeats >= 1

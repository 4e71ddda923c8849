"""Three workers on one PostgreSQL: whatever happens to any of them, or to the server, nothing is doubled, and nothing
is lost but inside `unknown`.

The short form of tests/torture/torture_cluster.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standins.cluster import Harm, Site, arrivals, busiest_second
from tests.standins.harms import HARMS, stunned

LIMIT = 50
SHORT = [harm for harm in HARMS if harm is not stunned]
"""Without the one that is much like another."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("cluster"), sms_per_second=LIMIT) as site:
        yield site


def test_three_workers_hold_the_rate_of_their_account(site: Site) -> None:
    assert busiest_second(arrivals(site, 60)) <= LIMIT


@pytest.mark.parametrize("harm", SHORT, ids=lambda harm: harm.__name__)
def test_whatever_happens_the_promise_is_kept(site: Site, harm: Harm) -> None:
    verdict = site.round(harm)
    assert (verdict.faults, verdict.doubled, verdict.lost) == ((), 0, 0)

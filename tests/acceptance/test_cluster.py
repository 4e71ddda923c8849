"""Three workers on one PostgreSQL: whatever happens to any of them, or to the server, nothing is doubled, and nothing
is lost but inside `unknown`.

The short form of tests/torture/torture_cluster.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standins.cluster import HARMS, Harm, Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("cluster")) as site:
        yield site


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_whatever_happens_the_promise_is_kept(site: Site, harm: Harm) -> None:
    verdict = site.round(harm)
    assert (verdict.faults, verdict.doubled, verdict.lost) == ((), 0, 0)

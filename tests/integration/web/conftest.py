"""One server for all tests of a module, and a desk that is new for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.standins.desk import DeskStandIn
from tests.standins.website import Website


@dataclass(frozen=True)
class Place:
    """Where the requests go, and who is behind it."""

    site: Website
    desk: DeskStandIn


@pytest.fixture(scope="module")
def _place() -> Iterator[Place]:
    desk = DeskStandIn()
    with Website(desk) as site:
        yield Place(site, desk)


@pytest.fixture
def desk(_place: Place) -> DeskStandIn:
    vars(_place.desk).update(vars(DeskStandIn()))
    return _place.desk


@pytest.fixture
def site(_place: Place, desk: DeskStandIn) -> Website:
    return _place.site

"""docs/web.md lists what is served and what is refused, as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from scheduler.web.allowance import Allowances
from scheduler.web.app import build_app
from scheduler.web.body import MOST, PATIENCE
from scheduler.web.promptly import HEAD_SECONDS
from scheduler.web.server import LONGEST_HEAD
from tests.standins.desk import DeskStandIn
from tests.standins.people_api import PeopleSite

PAGE = (Path(__file__).parents[3] / "docs" / "web.md").read_text()
ALLOWED = Allowances()


def test_every_route_is_listed_and_every_listed_route_is_there(tmp_path: Path) -> None:
    with PeopleSite(tmp_path) as api:
        routes = build_app(DeskStandIn(), api.config.service.web, api.registry).routes
    served = {
        (route.path, method)
        for route in routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    listed = set(re.findall(r"(?m)^\| `(/[^`]*)` \| (GET|POST|PUT|DELETE) \|", PAGE))
    assert listed == served


@pytest.mark.parametrize(
    "told",
    [
        f"more than {ALLOWED.pages_per_address.per_second} requests a second of one address",
        f"({ALLOWED.pages_per_address.burst} at once), or {ALLOWED.pages.per_second} a second in all",
        f"in all ({ALLOWED.pages.burst} at once)",
        f"more than {ALLOWED.callbacks_per_address.per_second:,} callbacks a second of one address",
        f"or {ALLOWED.callbacks.per_second:,} in all",
        f"more than {ALLOWED.system.per_second} requests a second with the token ({ALLOWED.system.burst} at once)",
        f"in two seconds of one number ({ALLOWED.texts_per_sender.burst} at once)",
        f"more than {MOST:,} bytes",
        f"within {PATIENCE:.0f} seconds",
        f"within {HEAD_SECONDS:.0f} seconds",
        f"headers of more than {LONGEST_HEAD // 1024} kB",
    ],
)
def test_every_limit_is_told_as_it_is(told: str) -> None:
    assert told in PAGE

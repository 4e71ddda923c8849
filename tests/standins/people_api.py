"""The API for people behind a real socket, on a real database, with a client that has the token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr

from config.person import Person, Preferences
from config.settings import Config, Plans, Service, WebSection, Wishes
from scheduler.clock import SystemClock
from scheduler.service.two_way import build_desk, build_registry
from scheduler.storage.sqlite import open_sqlite
from scheduler.web.allowance import Allowances
from scheduler.web.app import build_app
from tests.standins.outbox_parts import KEY
from tests.standins.website import PUBLIC, UNLIMITED, Reply, Website

TOKEN = "t0ken-of-the-clinic's-own-system!"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PLANS = Plans(
    Wishes(timezone="UTC"),
    {"standard": Wishes.model_validate({"timezone": "UTC", "nudges": {"hydration": "at 09:00"}})},
)

SAM = Person("sam", Preferences("UTC"))
"""Of the config file."""


class PeopleSite:
    """Entered: it listens. `kicks` counts how often whoever sends was woken."""

    def __init__(self, folder: Path, allowances: Allowances = UNLIMITED) -> None:
        web = WebSection.model_validate({"enabled": True, "public_url": PUBLIC, "api_token": TOKEN})
        self.config = Config((SAM,), Service(secret_key=SecretStr("k" * 40), web=web), PLANS)
        self.outbox = open_sqlite(folder / "legup.db", contact_key=KEY)
        self.kicks = 0
        clock = SystemClock()
        desk = build_desk(self.config, self.outbox, clock, self._kick)
        self.registry = build_registry(self.config, self.outbox, clock, self._kick)
        self.site = Website.of(build_app(desk, web, self.registry, allowances=allowances))
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.callback(self.outbox.close)
        self._open.enter_context(self.site)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def ask(self, method: str, person: str, row: object = None, headers: Mapping[str, str] = BEARER) -> Reply:
        """A row that is given goes as JSON."""
        if row is None:
            return self.site.ask(method, f"/api/people/{person}", None, headers)
        body = row if isinstance(row, bytes) else json.dumps(row).encode()
        return self.site.ask(method, f"/api/people/{person}", body, {"Content-Type": "application/json", **headers})

    def _kick(self) -> None:
        self.kicks += 1


def said(reply: Reply) -> Any:
    """The body, which is JSON."""
    return json.loads(reply.body)

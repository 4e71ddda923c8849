"""Something that takes JSON by POST, for Apprise's json:// to talk to."""

from __future__ import annotations

import json
from collections import deque
from types import TracebackType
from typing import Any, Self

from tests.standins.gathering import Gathering
from tests.standins.http import Answer, Call, Ending, HttpStandIn

SECRET = "webhook-secret-path"


class WebhookStandIn:
    """Takes every message, unless the script says otherwise: a status, or an ending without an answer."""

    def __init__(self) -> None:
        self._script: deque[int | Ending] = deque()
        self.notes: Gathering[dict[str, Any]] = Gathering()
        self._http = HttpStandIn(self._respond)
        self.apprise_url = f"json://127.0.0.1:{self._http.port}/{SECRET}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def script(self, *reactions: int | Ending) -> None:
        self._script.extend(reactions)

    def _respond(self, call: Call) -> Answer:
        reaction = self._script.popleft() if self._script else 200
        if isinstance(reaction, Ending):
            return Answer(ending=reaction)
        if reaction < 300:
            self.notes.add(json.loads(call.body))
        return Answer(reaction)

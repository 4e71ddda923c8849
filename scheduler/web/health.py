"""`/healthz`: whether the database answers, for a monitor. Nothing of anybody's."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from scheduler.service.desk import Desk

log = logging.getLogger("legup.web")


class Health:
    """200 or 503, and the same in JSON."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [Route("/healthz", self.show)]

    def show(self, _request: Request) -> JSONResponse:
        healthy = self._ask()
        return JSONResponse({"healthy": healthy}, 200 if healthy else 503)

    def _ask(self) -> bool:
        try:
            return self._desk.healthy()
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is no
            log.warning("web: the database does not answer (%s)", type(error).__name__)
            return False

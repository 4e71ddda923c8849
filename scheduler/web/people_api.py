"""`/api/people/{id}`: another system brings people, sees how they are held, and takes them away."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from config.fault import Fault
from scheduler.service.defaults import nudge_defaults
from scheduler.service.registry import FaultyRowError, FiledError, Held, OutdatedError, Registry, RegistryError
from scheduler.web.bearer import Bearer
from scheduler.web.json_row import read_row
from scheduler.web.openapi import openapi
from scheduler.web.problem import problem, told

PERSON = "/api/people/{id}"
DESCRIPTION = "/api/openapi.json"

WELCOME = {"yes": True, "no": False}
"""`?welcome=no`: as `legup people import --no-welcome`."""


class PeopleApi:
    """There where the operator has given a token."""

    def __init__(self, registry: Registry, bearer: Bearer, base: str | None) -> None:
        self._registry = registry
        self._bearer = bearer
        self._description = openapi(tuple(nudge_defaults()), registry.languages(), base)

    def routes(self) -> list[Route]:
        return [
            Route(PERSON, self.person, methods=["GET", "PUT", "DELETE"]),
            Route(DESCRIPTION, self.describe),
        ]

    async def person(self, request: Request) -> Response:
        self._bearer.require(request.scope)
        try:
            return await self._answer(request, request.path_params["id"])
        except FaultyRowError as error:
            return problem(422, str(error), error.faults)
        except FiledError as error:
            return problem(409, str(error))
        except OutdatedError as error:
            return problem(503, str(error), headers={"Retry-After": "60"})
        except RegistryError as error:
            return problem(404, str(error))

    async def _answer(self, request: Request, person: str) -> Response:
        registry = self._registry
        if request.method == "PUT":
            row = read_row(request.headers, await request.body())
            kept = await run_in_threadpool(registry.keep, person, row, welcome=_welcome(request))
            warnings = {"warnings": told(kept.warnings)}
            return JSONResponse(_shown(kept.held) | warnings, 201 if kept.new else 200)
        if request.method == "DELETE":
            await run_in_threadpool(registry.take_away, person)
            return Response(status_code=204)
        return JSONResponse(_shown(await run_in_threadpool(registry.held, person)))

    def describe(self, _request: Request) -> Response:
        """What this is, for programs that write clients; it tells nothing of anybody, and needs no token."""
        return JSONResponse(self._description)


def _welcome(request: Request) -> bool:
    """Raises FaultyRowError: a slip must not send anything."""
    asked = request.query_params.get("welcome", "yes")
    if asked not in WELCOME:
        raise FaultyRowError([Fault(("welcome",), f"?welcome= is {' or '.join(WELCOME)}")])
    return WELCOME[asked]


def _shown(held: Held) -> dict[str, Any]:
    until = held.paused_until
    standing = {
        "state": held.stand,
        "paused_until": None if until is None else f"{until:%Y-%m-%dT%H:%M:%SZ}",
        "changed": list(held.changed),
    }
    return {"row": dict(held.row), "standing": standing}

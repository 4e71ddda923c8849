"""What is answered to a program when something is wrong: JSON as RFC 9457 has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

from config.fault import Fault

PROBLEM = "application/problem+json"


def problem(
    status: int, detail: str, faults: Iterable[Fault] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """`detail` says what is wrong and the remedy; each fault stands beside its field."""
    said = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    listed = told(faults)
    body = said | ({"faults": listed} if listed else {})
    return JSONResponse(body, status, dict(headers or {}), PROBLEM)


def told(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Each with the field it concerns, `nudges.hydration.when`; empty where it is the whole row."""
    return [{"field": ".".join(map(str, fault.path)), "problem": fault.text} for fault in faults]

"""A row of a roster as a program sends it: one JSON object."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from config.environment import is_text

JSON = "application/json"
DEEPEST = 8
"""Levels. A nudge's list of channels is on the fourth."""


def read_row(headers: Headers, body: bytes) -> dict[str, Any]:
    """Raises HTTPException: 415 for another content type, 400 for what is no JSON object."""
    kind, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.partition("charset=")[2].strip().strip('"').lower()
    if kind.strip().lower() != JSON or charset not in {"", "utf-8", "utf8"}:
        raise HTTPException(415, f"a row is sent as {JSON}, in UTF-8")
    try:
        row = json.loads(body.decode(), parse_constant=_refused)
    except (ValueError, RecursionError):  # its text would quote the body
        raise HTTPException(400, "the body is no JSON in UTF-8") from None
    if not isinstance(row, dict):
        raise HTTPException(400, "a row is a JSON object: {...}")
    if not _is_plain(row, DEEPEST):
        raise HTTPException(400, "the body has half a character in it, or is nested too deep")
    return row


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _is_plain(value: Any, levels: int) -> bool:
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, dict):
        return levels > 0 and all(is_text(key) and _is_plain(each, levels - 1) for key, each in value.items())
    if isinstance(value, list):
        return levels > 0 and all(_is_plain(each, levels - 1) for each in value)
    return True

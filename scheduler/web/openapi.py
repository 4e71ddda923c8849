"""The API described as OpenAPI 3.1, for programs that write clients. Pure; nothing of anybody is in it."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import version
from typing import Any

from config.schema_json import row_schemas
from scheduler.service.registry import Stand

_REFERENCE = "#/components/schemas/{model}"
_REFUSED = {
    "401": "The token is missing, or is another one.",
    "404": "No roster has brought anybody of this id.",
    "409": "The person is one of the config file.",
    "429": "Too many requests; Retry-After says when to come again.",
    "503": "The database cannot be used at present, or this process has read another config file than those that send.",
}
_UNTAKEN = {
    "400": "The body is no JSON object.",
    "413": "The body is too long.",
    "415": "The body is not said to be JSON.",
    "422": "The row has faults; each stands beside its field.",
}
_OF_THE_GATE = frozenset({"413", "429"})
"""Refused before anybody looks at what was asked for: a line of text."""


def openapi(nudges: Collection[str], languages: Collection[str], base: str | None) -> dict[str, Any]:
    """The document, for an installation with these nudges and languages; `base` is where the world reaches it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "legup",
            "version": version("legup"),
            "description": "People of rosters, one by one. docs/rosters.md explains the columns, docs/web.md the rest.",
        },
        "servers": [{"url": base or "/"}],
        "security": [{"token": []}],
        "paths": {
            "/api/people/{id}": {"parameters": [_ID], "get": _GET, "put": _PUT, "delete": _DELETE},
            "/api/openapi.json": {"get": _DESCRIBE},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "`web.api_token`"}},
            "schemas": row_schemas(nudges, languages, _REFERENCE) | _SCHEMAS,
        },
    }


def _to(model: str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model)}


def _json(description: str, model: str, kind: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": _to(model)}}}


def _refusals(told: dict[str, str]) -> dict[str, Any]:
    return {
        status: {"description": text} if status in _OF_THE_GATE else _json(text, "Problem", "application/problem+json")
        for status, text in sorted(told.items())
    }


def _without(status: str) -> dict[str, str]:
    return {each: text for each, text in _REFUSED.items() if each != status}


_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The person's id, the same as in rosters and in the log: choose one that is no name.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
}
_GET = {
    "operationId": "showPerson",
    "summary": "How a person is held.",
    "responses": {"200": _json("The person's row, and whether they get nudges.", "Person"), **_refusals(_REFUSED)},
}
_PUT = {
    "operationId": "keepPerson",
    "summary": "Bring a person, or make them what the row says.",
    "description": "The row is all that holds: what is not in it is as the plan says. What the person themselves said "
    "or changed is kept apart and stays. The same again changes nothing.",
    "parameters": [
        {
            "name": "welcome",
            "in": "query",
            "description": "`no`: somebody new is sent no welcome.",
            "schema": {"type": "string", "enum": ["yes", "no"], "default": "yes"},
        }
    ],
    "requestBody": {"required": True, "content": {"application/json": {"schema": _to("Row")}}},
    "responses": {
        "200": _json("They were known, and are now as the row says.", "Kept"),
        "201": _json("They are new.", "Kept"),
        **_refusals(_without("404") | _UNTAKEN),
    },
}
_DELETE = {
    "operationId": "takePersonAway",
    "summary": "Send a person nothing more.",
    "description": "As if they had left their roster. What they said (a stop, an end) is kept, in case they come back; "
    "`legup people forget` removes all.",
    "responses": {"204": {"description": "They are taken away."}, **_refusals(_REFUSED)},
}
_DESCRIBE: dict[str, Any] = {
    "operationId": "describe",
    "summary": "This document.",
    "security": [],
    "responses": {"200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {}}}}},
}
_TEXT = {"type": "string"}
_FAULTS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "field": {**_TEXT, "examples": ["phone", "nudges.hydration.when"]},
            "problem": {**_TEXT, "description": "What is wrong, and the remedy; contacts are masked."},
        },
        "required": ["field", "problem"],
    },
}
_STANDING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "state": {
            "enum": [str(each) for each in Stand],
            "description": "active: they get nudges. asked: they have not agreed yet. paused, stopped (they said so), "
            "ended (their nudges have ended): they get none.",
        },
        "paused_until": {"type": ["string", "null"], "format": "date-time"},
        "changed": {
            "type": "array",
            "items": _TEXT,
            "description": "Where they get something else than the row and its plan say, because they wished so.",
            "examples": [["language", "nudges.hydration"]],
        },
    },
    "required": ["state", "paused_until", "changed"],
}
_PERSON = {"row": _to("Row"), "standing": _to("Standing")}
_SCHEMAS: dict[str, Any] = {
    "Person": {"type": "object", "properties": _PERSON, "required": ["row", "standing"]},
    "Kept": {
        "type": "object",
        "properties": {**_PERSON, "warnings": {**_FAULTS, "description": "What is doubtful, and was taken in."}},
        "required": ["row", "standing", "warnings"],
    },
    "Standing": _STANDING,
    "Problem": {
        "type": "object",
        "description": "RFC 9457.",
        "properties": {"title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "faults": _FAULTS},
        "required": ["title", "status", "detail"],
    },
}

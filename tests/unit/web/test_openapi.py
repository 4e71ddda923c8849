"""The OpenAPI document says what is there: every route, every status, every column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.routing import Route

from config.roster_row import COLUMNS, LONGEST_SOURCE
from scheduler.service.defaults import nudge_defaults
from scheduler.web.app import build_app
from scheduler.web.openapi import openapi
from tests.standins.desk import DeskStandIn
from tests.standins.people_api import PeopleSite

NUDGES = tuple(nudge_defaults())
DOCUMENT = openapi(NUDGES, ("en", "es"), "https://legup.example.org")
SCHEMAS = DOCUMENT["components"]["schemas"]
ROW = Draft202012Validator({"$ref": "#/components/schemas/Row", "components": {"schemas": SCHEMAS}})
ROSTERS = (Path(__file__).parents[3] / "docs" / "rosters.md").read_text(encoding="utf-8")


def values_of(node: Any, wanted: str) -> Iterator[Any]:
    """Every value of this key, however deep."""
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == wanted and isinstance(value, str))
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from values_of(each, wanted)


def test_every_route_of_the_api_is_described_and_no_other(tmp_path: Path) -> None:
    with PeopleSite(tmp_path) as api:
        app = build_app(DeskStandIn(), api.config.service.web, api.registry)
    served = {
        (route.path, method.lower())
        for route in app.routes
        if isinstance(route, Route) and route.path.startswith("/api/")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert served == {
        (path, method) for path, methods in DOCUMENT["paths"].items() for method in methods.keys() - {"parameters"}
    }


def test_it_is_of_version_3_1_and_says_where_it_is_served() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert DOCUMENT["servers"] == [{"url": "https://legup.example.org"}]
    assert openapi(NUDGES, ("en",), None)["servers"] == [{"url": "/"}]


def test_everything_it_refers_to_is_there() -> None:
    assert set(values_of(DOCUMENT, "$ref")) == {f"#/components/schemas/{name}" for name in SCHEMAS}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_sound(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_operation_has_its_own_name_and_says_what_comes_of_it() -> None:
    operations = [each for methods in DOCUMENT["paths"].values() for each in methods.values() if isinstance(each, dict)]
    assert len({each["operationId"] for each in operations}) == len(operations) == 4
    assert all(each["summary"] and each["responses"] for each in operations)
    assert all(answer["description"] for each in operations for answer in each["responses"].values())


def test_only_the_document_itself_needs_no_token() -> None:
    open_to_all = [path for path, methods in DOCUMENT["paths"].items() if methods["get"].get("security") == []]
    assert (open_to_all, DOCUMENT["security"]) == (["/api/openapi.json"], [{"token": []}])


def test_the_row_has_every_column_and_no_other() -> None:
    assert set(SCHEMAS["Row"]["properties"]) == set(COLUMNS)
    assert SCHEMAS["Row"]["additionalProperties"] is False
    assert all("description" in each or "allOf" in each for each in SCHEMAS["Row"]["properties"].values())


def test_rows_of_the_docs_conform_and_a_slip_does_not() -> None:
    [line] = re.findall(r"(?m)^`(\{.*\})`", ROSTERS)
    ROW.validate(json.loads(line))
    for slip in ({"plam": "x"}, {"phone": 5}, {"nudges": {"hydratoin": True}}, {"consent_source": "x" * 999}):
        assert not ROW.is_valid(slip), slip
    assert SCHEMAS["Row"]["properties"]["consent_source"]["maxLength"] == LONGEST_SOURCE


@pytest.mark.parametrize("nudge", NUDGES)
def test_every_nudge_may_be_wished_for_in_short_and_in_long(nudge: str) -> None:
    for wish in ("on", False, "at 09:00", {"when": "every 2 h", "late": "20 min"}):
        ROW.validate({"nudges": {nudge: wish}})


def test_a_language_without_messages_is_none() -> None:
    ROW.validate({"language": "es"})
    assert not ROW.is_valid({"language": "xx"})

"""`/api/people/{id}` over a real socket, on a real database."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from config.settings import WebSection
from scheduler.service.registry import Stand
from scheduler.storage.errors import StorageError
from scheduler.web.allowance import Allowance, Allowances
from scheduler.web.app import build_app
from tests.standins.desk import DeskStandIn
from tests.standins.people_api import BEARER, TOKEN, PeopleSite, said
from tests.standins.website import Reply, Website

WEB_PAGE = (Path(__file__).parents[3] / "docs" / "web.md").read_text(encoding="utf-8")
FEW = Allowance(0.01, 2)
PHONE = "+447911123456"
ANN = {"plan": "standard", "name": "Ann-the-canary", "phone": PHONE, "due_date": "2027-03-14"}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeopleSite]:
    with PeopleSite(tmp_path_factory.mktemp("api")) as site:
        yield site


def conforms(api: PeopleSite, reply: Reply, model: str) -> bool:
    """Whether an answer is as the OpenAPI document says."""
    schemas = said(api.site.get("/api/openapi.json"))["components"]["schemas"]
    schema = {"$ref": f"#/components/schemas/{model}", "components": {"schemas": schemas}}
    errors = [error.message for error in Draft202012Validator(schema).iter_errors(said(reply))]
    assert errors == []
    return True


def test_a_person_comes_is_known_is_shown_and_goes(api: PeopleSite) -> None:
    before = api.kicks
    came = api.ask("PUT", "ann", ANN)
    assert (came.status, came.headers["content-type"]) == (201, "application/json")
    assert conforms(api, came, "Kept")
    assert api.kicks == before + 1
    again = api.ask("PUT", "ann", ANN)
    assert (again.status, again.body, api.kicks) == (200, came.body, before + 1)
    shown = api.ask("GET", "ann")
    assert said(shown) == {
        "row": {"id": "ann", **ANN},
        "standing": {"state": "active", "paused_until": None, "changed": []},
    }
    assert conforms(api, shown, "Person")
    assert api.ask("PUT", "ann", said(shown)["row"]).status == 200
    gone = api.ask("DELETE", "ann")
    assert (gone.status, gone.body) == (204, b"")
    assert [api.ask(method, "ann").status for method in ("GET", "DELETE")] == [404, 404]


def test_the_pages_examples_are_answered_as_it_says(api: PeopleSite) -> None:
    [row] = re.findall(r"(?m)-d '(\{.*\})'$", WEB_PAGE)
    kept, refused = (json.loads(block) for block in re.findall(r"(?s)```json\n(.*?)```", WEB_PAGE))
    assert said(api.ask("PUT", "p0001", row.encode())) == kept
    assert said(api.ask("PUT", "p0001", {"plan": "standart"})) == refused


def test_the_page_has_every_state_and_no_other() -> None:
    listed = re.findall(r"(?m)^\| `(\w+)` \|", WEB_PAGE.split("| `state` | |")[1].split("`changed`")[0])
    assert listed == [str(each) for each in Stand]


def test_every_fault_stands_beside_its_field(api: PeopleSite) -> None:
    refused = api.ask("PUT", "bad", {"plan": "standart", "phone": "12", "email": "nobody"})
    assert (refused.status, refused.headers["content-type"]) == (422, "application/problem+json")
    assert conforms(api, refused, "Problem")
    faults = {each["field"]: each["problem"] for each in said(refused)["faults"]}
    assert set(faults) == {"plan", "phone", "email"}
    assert faults["plan"] == 'no plan "standart"; did you mean "standard"?'
    assert api.ask("GET", "bad").status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_person_of_the_file_is_told_with_the_remedy(api: PeopleSite, method: str) -> None:
    refused = api.ask(method, "sam", {"plan": "standard"})
    assert refused.status == 409
    assert conforms(api, refused, "Problem")
    assert "change them there, or give one of the two another id" in said(refused)["detail"]


def test_a_doubt_is_told_and_stands_in_nobodys_way(api: PeopleSite) -> None:
    taken = api.ask("PUT", "doubtful", {"plan": "standard", "phone": "+441999999999"})
    assert taken.status == 201
    assert [each["field"] for each in said(taken)["warnings"]] == ["phone"]


def test_a_pause_is_told_in_utc(api: PeopleSite) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    api.ask("PUT", "paused", {"plan": "standard", "paused_until": tomorrow})
    shown = api.ask("GET", "paused")
    assert said(shown)["standing"] == {"state": "paused", "paused_until": f"{tomorrow}T00:00:00Z", "changed": []}
    assert conforms(api, shown, "Person")


def test_whoever_moves_in_from_elsewhere_may_be_spared_the_welcome(api: PeopleSite) -> None:
    assert api.ask("PUT", "moved?welcome=no", ANN).status == 201
    assert api.ask("PUT", "greeted?welcome=yes", ANN).status == 201
    slip = api.ask("PUT", "slip?welcome=false", ANN)
    assert (slip.status, said(slip)["faults"][0]["field"]) == (422, "welcome")
    today = datetime.now(UTC)
    sent = {each.person for each in api.outbox.deliveries(today - timedelta(days=1), today + timedelta(days=1))}
    assert sent & {"moved", "greeted", "slip"} == {"greeted"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer \xff\xfe"},
        {"X-Token": TOKEN, "Cookie": TOKEN},
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_without_the_token_nobody_learns_or_changes_anything(
    api: PeopleSite, method: str, headers: dict[str, str]
) -> None:
    api.ask("PUT", "kept", ANN)
    refused = api.ask(method, "kept", None if method == "GET" else {"plan": "none"}, headers)
    assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Bearer realm="legup"')
    assert conforms(api, refused, "Problem")
    assert api.ask("GET", "kept").status == 200


def test_the_scheme_is_read_in_either_case(api: PeopleSite) -> None:
    assert api.ask("GET", "nobody", headers={"Authorization": f"bearer  {TOKEN}"}).status == 404


def test_a_token_in_the_address_is_none(api: PeopleSite) -> None:
    assert api.ask("GET", f"kept?access_token={TOKEN}", headers={}).status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"plan"', 400),
        (b"\xff\xfe{}", 400),
        (b'{"daily_limit": NaN}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"\\udfff": 1}', 400),
        (b'{"nudges": ' * 30 + b"1" + b"}" * 30, 400),
        (b'{"nudges": ' + b"[" * 30_000, 400),
        (b'{"daily_limit": ' + b"9" * 6_000 + b"}", 400),
        (b'{"name": "' + b"a" * 70_000 + b'"}', 413),
        (b'{"daily_limit": 1e400}', 422),
        (b'{"name": 5}', 422),
        (b'{"plan": {"a": []}}', 422),
    ],
)
def test_what_is_no_row_is_refused_with_the_right_status(api: PeopleSite, body: bytes, status: int) -> None:
    assert api.ask("PUT", "nonsense", body).status == status
    assert api.ask("GET", "nonsense").status == 404


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=x"])
def test_what_is_not_said_to_be_json_is_not_read(api: PeopleSite, kind: str) -> None:
    refused = api.ask("PUT", "untold", ANN, BEARER | {"Content-Type": kind})
    assert (refused.status, said(refused)["detail"]) == (415, "a row is sent as application/json, in UTF-8")


def test_another_method_is_told_which_there_are(api: PeopleSite) -> None:
    refused = api.ask("POST", "ann", ANN)
    assert refused.status == 405
    assert set(refused.headers["allow"].split(", ")) == {"GET", "HEAD", "PUT", "DELETE"}


@pytest.mark.parametrize("path", ["/api/", "/api/people", "/api/people/", "/api/people/a/b", "/api/people/%00"])
def test_what_is_not_there_is_told_to_a_program(api: PeopleSite, path: str) -> None:
    missing = api.site.get(path, BEARER)
    assert (missing.status, missing.headers["content-type"]) == (404, "application/problem+json")


def test_a_lost_database_is_told_to_a_program_and_quotes_nothing(
    api: PeopleSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def lost(_person: str) -> None:
        raise StorageError(f"cannot read {PHONE}")

    monkeypatch.setattr(api.outbox, "listing", lost)
    with caplog.at_level(logging.INFO, "legup"):
        answer = api.ask("GET", "ann")
    assert (answer.status, answer.headers["retry-after"]) == (503, "60")
    assert conforms(api, answer, "Problem")
    assert "StorageError at" in caplog.text
    assert PHONE not in answer.text + caplog.text


def test_another_config_file_than_the_senders_have_is_told_with_the_remedy(api: PeopleSite) -> None:
    fingerprint = {"standard": api.outbox.plans().get("standard", "0" * 16)}
    api.outbox.note_plans({"standard": "f" * 16})
    refused = api.ask("PUT", "early", ANN)
    api.outbox.note_plans(fingerprint)
    assert (refused.status, refused.headers["retry-after"]) == (503, "60")
    assert "restart whichever is older" in said(refused)["detail"]


def test_the_log_tells_the_route_and_nothing_of_anybody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "legup"), PeopleSite(tmp_path) as api:  # the last line comes after its answer
        api.ask("PUT", "secretive", ANN)
        api.ask("PUT", "secretive", {"phone": PHONE[:-3], "name": 5, "plan": "canary"})
        api.ask("DELETE", "secretive")
    lines = [record.getMessage() for record in caplog.records]
    assert [line for line in lines if "/api" in line] == [
        f"web: {method} /api/people/{{id}} {status}" for method, status in (("PUT", 201), ("PUT", 422), ("DELETE", 204))
    ]
    for told in ("canary", PHONE[3:-3], "2027-03-14", TOKEN, "secretive"):
        assert told not in caplog.text


def test_no_answer_is_kept_in_a_cache(api: PeopleSite) -> None:
    assert api.ask("GET", "nobody").headers["cache-control"] == "no-store"
    assert api.ask("PUT", "cached", ANN).headers["cache-control"] == "no-store"


def test_without_a_token_in_the_config_file_there_is_no_api() -> None:
    with Website(DeskStandIn()) as site:
        assert [site.get(path, BEARER).status for path in ("/api/people/ann", "/api/openapi.json")] == [404, 404]


def test_without_a_registry_a_token_opens_nothing() -> None:
    app = build_app(DeskStandIn(), WebSection.model_validate({"enabled": True, "api_token": TOKEN}))
    with Website.of(app) as site:
        assert site.get("/api/people/ann", BEARER).status == 404


def test_whoever_has_no_token_uses_up_nothing_of_the_systems(tmp_path_factory: pytest.TempPathFactory) -> None:
    with PeopleSite(tmp_path_factory.mktemp("api"), Allowances(pages=FEW)) as api:
        strangers = [api.ask("GET", "ann", headers={}).status for _ in range(4)]
        ours = [api.ask("GET", "ann").status for _ in range(4)]
    assert (strangers, ours) == ([401, 401, 429, 429], [404] * 4)


def test_the_system_uses_up_nothing_of_what_people_have(tmp_path_factory: pytest.TempPathFactory) -> None:
    with PeopleSite(tmp_path_factory.mktemp("api"), Allowances(system=FEW)) as api:
        ours = [api.ask("GET", "ann") for _ in range(3)]
        assert [each.status for each in ours] == [404, 404, 429]
        assert int(ours[2].headers["retry-after"]) > 0
        assert api.site.get("/a/token", BEARER).status == 404

"""What every request meets before any work: size, rate, patience, headers, and an answer to every fault."""

from __future__ import annotations

import logging
import socket
from email.utils import parsedate_to_datetime

import pytest

from config.settings import WebSection
from scheduler.storage.errors import StorageError
from scheduler.web import promptly
from scheduler.web.allowance import Allowance, Allowances
from scheduler.web.app import build_app
from scheduler.web.armour import POLICY
from scheduler.web.body import MOST, Body
from scheduler.web.server import ListenError, WebServer
from tests.standins.desk import PAGE, DeskStandIn, link
from tests.standins.website import FORM, UNLIMITED, Website

FEW = Allowance(0.01, 3)
SECRET = "a-secret-of-somebody"

PATHS = ["/healthz", "/style.css", "/icon.svg", f"/p/{PAGE}", f"/p/{PAGE}/diary", f"/p/{PAGE}/diary.csv",
         f"/a/{link('done')}", "/p/tampered", "/nowhere", "/twilio/inbound"]  # fmt: skip


def _web() -> WebSection:
    return WebSection(enabled=True)


def raw(site: Website, sent: bytes) -> bytes:
    """Everything that comes back on a connection until the server hangs up."""
    with socket.create_connection((site.host, site.port), timeout=20) as connection:
        connection.sendall(sent)
        received = b""
        while more := connection.recv(65_536):
            received += more
        return received


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_bears_the_same_armour(site: Website, path: str) -> None:
    headers = site.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert parsedate_to_datetime(headers["date"]).tzinfo is not None
    assert "server" not in headers


@pytest.mark.parametrize("path", PATHS)
def test_nothing_personal_is_kept_in_a_cache(site: Website, path: str) -> None:
    kept = "public, max-age=86400" if path in {"/style.css", "/icon.svg"} else "no-store"
    assert site.get(path).headers["cache-control"] == kept


def test_no_answer_may_be_scripted() -> None:
    assert "script" not in POLICY
    assert "unsafe" not in POLICY


def test_without_https_no_browser_is_told_to_insist_on_it() -> None:
    with Website(DeskStandIn(), public_url="http://127.0.0.1:8765") as site:
        assert "strict-transport-security" not in site.get("/healthz").headers


@pytest.mark.parametrize("length", [str(MOST + 1), "99999999999999999999"])
def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_sent(site: Website, length: str) -> None:
    head = f"POST /twilio/inbound HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
    assert raw(site, head.encode()).startswith(b"HTTP/1.1 4")


def test_a_body_that_turns_out_too_long_is_refused_whatever_it_said(site: Website, desk: DeskStandIn) -> None:
    head = b"POST /twilio/inbound HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (8_000, b"a" * 8_000)
    assert b" 413 " in raw(site, head + chunk * 9).split(b"\r\n")[0]
    assert desk.texts == {}


def test_a_body_of_just_the_size_is_read(site: Website) -> None:
    body = b"seen=&act=nonsense&filling=" + b"a" * (MOST - 27)
    assert site.ask("POST", f"/p/{PAGE}", body, {"Content-Type": FORM}).status == 400


def test_who_leaves_before_the_body_is_there_changes_nothing(site: Website, desk: DeskStandIn) -> None:
    with socket.create_connection((site.host, site.port), timeout=20) as connection:
        connection.sendall(b"POST /a/%s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nact=" % link("done").encode())
    assert site.get("/healthz").status == 200
    assert desk.followed == []


def test_a_body_that_never_comes_is_not_waited_for() -> None:
    app = build_app(DeskStandIn(), _web(), allowances=UNLIMITED)
    with Website.of(Body(app, patience=0.05)) as site:
        head = b"POST /twilio/inbound HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"
        assert b" 408 " in raw(site, head).split(b"\r\n")[0]


def test_who_dribbles_headers_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promptly, "HEAD_SECONDS", 0.05)
    with Website(DeskStandIn()) as site:
        assert raw(site, b"GET /healthz HTTP/1.1\r\nHost:") == b""


def test_who_dribbles_after_an_answer_is_hung_up_on_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promptly, "HEAD_SECONDS", 0.05)
    with Website(DeskStandIn()) as site:
        received = raw(site, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP")
        assert received.count(b"HTTP/1.1 200") == 1


def test_headers_without_end_are_refused(site: Website) -> None:
    assert b" 400 " in raw(site, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000).split(b"\r\n")[0]


def test_too_many_requests_are_told_when_to_come_again() -> None:
    desk = DeskStandIn()
    with Website(desk, allowances=Allowances(pages=FEW)) as site:
        answers = [site.post(f"/a/{link('done')}", {"act": "go"}) for _ in range(6)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert len(desk.followed) == 3


def test_callbacks_do_not_use_up_what_people_have() -> None:
    with Website(DeskStandIn(), allowances=Allowances(callbacks=FEW)) as site:
        assert [site.post("/twilio/status", {"a": "b"}).status for _ in range(5)] == [403, 403, 403, 429, 429]
        assert site.get(f"/p/{PAGE}").status == 200


def test_a_flood_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "legup"), Website(DeskStandIn(), allowances=Allowances(pages=FEW)) as site:
        for _ in range(20):
            site.get(f"/p/{SECRET}")
    assert caplog.text.count("too fast") == 1
    assert caplog.text.count("/p/{token} 404") == 3


def test_a_line_is_logged_for_each_request_without_its_token(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "legup"), Website(DeskStandIn()) as site:
        site.get(f"/a/{SECRET}?{SECRET}", {"User-Agent": SECRET})
        site.ask("BREW", f"/{SECRET}", SECRET.encode())
        raw(site, b"%s /p/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % ((SECRET.upper().encode(),) * 2))
    assert SECRET not in caplog.text.lower()
    assert [record.getMessage() for record in caplog.records] == [
        "web: GET /a/{token} 404", "web: ? - 404", "web: ? /p/{token} 405",
    ]  # fmt: skip


@pytest.mark.parametrize("path", PATHS[3:7])
def test_a_lost_database_is_an_apology_and_a_line_that_quotes_nothing(
    site: Website, desk: DeskStandIn, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    desk.fault = StorageError(f"cannot write: {SECRET}")
    with caplog.at_level(logging.INFO, "legup"):
        answer = site.get(path)
    assert (answer.status, answer.headers["retry-after"]) == (503, "60")
    assert "Please try again" in answer.text
    assert "StorageError at desk.py" in caplog.text
    assert SECRET not in answer.text + caplog.text


def test_the_health_page_says_no_when_the_database_does_not_answer(site: Website, desk: DeskStandIn) -> None:
    assert (site.get("/healthz").status, site.get("/healthz").text) == (200, '{"healthy":true}')
    desk.fault = RuntimeError(SECRET)
    assert (site.get("/healthz").status, site.get("/healthz").text) == (503, '{"healthy":false}')


@pytest.mark.parametrize("path", PATHS)
def test_host_and_forwarded_headers_change_nothing(site: Website, path: str) -> None:
    lies = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    honest, lied = site.get(path), site.get(path, lies)
    assert (honest.status, honest.body) == (lied.status, lied.body)
    assert "evil" not in str(lied.headers)


@pytest.mark.parametrize("host", ["[", "", "a b", "[::1", "\xff"])
def test_a_host_that_is_none_is_no_fault_of_ours(site: Website, host: str) -> None:
    assert site.get(f"/p/{PAGE}", {"Host": host}).status in {200, 400}


def test_a_slash_too_many_is_no_way_to_another_site(site: Website) -> None:
    answer = site.get(f"/p/{PAGE}/", {"Host": "evil.example"})
    assert (answer.status, answer.headers.get("location")) == (404, None)


def test_an_address_that_is_taken_is_told_with_the_remedy(site: Website) -> None:
    with pytest.raises(ListenError, match=rf"127.0.0.1 port {site.port}: .*; change web.host or web.port"):
        WebServer(build_app(DeskStandIn(), _web()), "127.0.0.1", site.port)


def test_a_host_that_does_not_exist_is_told_with_the_remedy() -> None:
    with pytest.raises(ListenError, match=r"nowhere.invalid port 1: .*; change web.host"):
        WebServer(build_app(DeskStandIn(), _web()), "nowhere.invalid", 1)


def test_a_server_may_be_stopped_twice() -> None:
    server = WebServer(build_app(DeskStandIn(), _web()), "127.0.0.1", 0)
    server.start()
    server.stop()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=5)


def test_a_server_that_was_never_started_is_stopped_without_waiting() -> None:
    server = WebServer(build_app(DeskStandIn(), _web()), "::1", 0)
    assert server.url.startswith("http://[::1]:")
    server.stop()

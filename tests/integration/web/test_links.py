"""Links of emails: looking does nothing, pressing does it, and a mail program may do it with one click."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.delivery.standing import Ended, Standing
from tests.standins.desk import ACTIONS, PAGE, DeskStandIn, link, sam
from tests.standins.website import FORM, Website

MULTIPART = "multipart/form-data; boundary=b"
ONE_CLICK = b"List-Unsubscribe=One-Click"
ONE_CLICK_PARTS = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_follows_a_link_does_nothing(site: Website, desk: DeskStandIn, action: str, method: str) -> None:
    assert site.ask(method, f"/a/{link(action)}").status == 200
    assert desk.followed == []


@pytest.mark.parametrize("action", ACTIONS)
def test_the_button_does_it(site: Website, desk: DeskStandIn, action: str) -> None:
    answer = site.post(f"/a/{link(action)}", {"act": "go"})
    assert answer.status == 200
    assert desk.followed == [link(action)]


def test_the_page_says_what_will_happen_and_has_one_button(site: Website) -> None:
    text = site.get(f"/a/{link('stop_one')}").text
    assert "<h1>Stop this nudge?</h1>" in text
    assert "drink some water" in text
    assert text.count("<button") == 1


def test_what_was_done_is_told_in_the_persons_language(site: Website, desk: DeskStandIn) -> None:
    desk.person = sam("es")
    assert "¿Quieres que vuelva más tarde?" in site.get(f"/a/{link('snooze')}").text
    assert "Vuelve a las 15:00." in site.post(f"/a/{link('snooze')}", {}).text
    assert "En pausa hasta el jueves 26 de noviembre, 14:30." in site.post(f"/a/{link('pause')}", {}).text
    assert "uno de cada 2" in site.post(f"/a/{link('less')}", {}).text


def test_what_was_done_before_is_told_so(site: Website) -> None:
    assert "done already" not in site.post(f"/a/{link('done')}", {}).text
    assert "done already" in site.post(f"/a/{link('done')}", {}).text


def test_from_what_was_done_a_link_leads_to_the_page(site: Website) -> None:
    assert f'href="../p/{PAGE}"' in site.post(f"/a/{link('stop_all')}", {}).text


@pytest.mark.parametrize(("kind", "body"), [(FORM, ONE_CLICK), (MULTIPART, ONE_CLICK_PARTS), ("", ONE_CLICK)])
def test_a_mail_program_unsubscribes_with_one_click(site: Website, desk: DeskStandIn, kind: str, body: bytes) -> None:
    answer = site.ask("POST", f"/a/{link('stop_all')}", body, {"Content-Type": kind})
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert desk.standing.opted_out


def test_a_mail_program_in_a_browser_unsubscribes_from_its_own_site(site: Website, desk: DeskStandIn) -> None:
    """The token is what authorises; a stop must not be lost to a header."""
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.net"}
    assert site.post(f"/a/{link('stop_all')}", {"List-Unsubscribe": "One-Click"}, headers).status == 200
    assert desk.standing.opted_out


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["x", link("stop_all")[:-1], link("stop_all") + "x", "%00", "%FF", "..", "a" * 8_000])
def test_a_link_that_is_not_ours_leads_to_a_page_that_helps(
    site: Website, desk: DeskStandIn, method: str, token: str
) -> None:
    answer = site.ask(method, f"/a/{token}")
    assert answer.status == 404
    assert "copy the whole of it" in answer.text
    assert desk.followed == []


def test_the_page_that_helps_speaks_the_browsers_language(site: Website) -> None:
    assert "cópialo entero" in site.get("/a/x", {"Accept-Language": "es-MX,es;q=0.9"}).text


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                                     {"Origin": "https://evil.example"}])  # fmt: skip
def test_another_sites_form_is_refused(site: Website, desk: DeskStandIn, headers: dict[str, str]) -> None:
    assert site.post(f"/a/{link('stop_all')}", {}, headers).status == 403
    assert desk.followed == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"},
                                     {"Sec-Fetch-Site": "none"}, {"Origin": "null"},
                                     {"Origin": "https://legup.example.org"}])  # fmt: skip
def test_our_own_form_is_taken(site: Website, headers: dict[str, str]) -> None:
    assert site.post(f"/a/{link('stop_all')}", {}, headers).status == 200


@pytest.mark.parametrize("standing", [Standing(opted_out=True), Standing(ended=Ended.BORN), Standing(ended=Ended.LOSS)])
@pytest.mark.parametrize("action", ["done", "snooze", "pause", "less", "stop_one"])
def test_where_nothing_comes_of_a_link_nothing_is_asked_or_claimed(
    site: Website, desk: DeskStandIn, standing: Standing, action: str
) -> None:
    desk.standing = standing
    asked = site.get(f"/a/{link(action)}").text
    assert "<button" not in asked
    assert "<h1>Your nudges</h1>" in asked
    assert "does not work any more" in site.post(f"/a/{link(action)}", {}).text


@pytest.mark.parametrize("action", ["snooze", "pause", "less"])
def test_what_came_to_nothing_is_not_claimed(site: Website, desk: DeskStandIn, action: str) -> None:
    desk.in_vain = True
    assert "nothing was changed" in site.post(f"/a/{link(action)}", {}).text


def test_who_has_agreed_and_then_stopped_is_not_told_that_an_old_link_brings_them_back(
    site: Website, desk: DeskStandIn
) -> None:
    desk.standing = Standing(opted_out=True)
    assert "<button" not in site.get(f"/a/{link('agree')}").text
    desk.asked = True
    assert "<button" in site.get(f"/a/{link('agree')}").text
    assert "nothing was changed" in site.post(f"/a/{link('agree')}", {}).text, "the desk leaves the stop as it is"


@pytest.mark.parametrize("standing", [Standing(opted_out=True), Standing(ended=Ended.LOSS)])
def test_a_stop_can_always_be_pressed(site: Website, desk: DeskStandIn, standing: Standing) -> None:
    desk.standing = standing
    assert "<button" in site.get(f"/a/{link('stop_all')}").text
    assert "All nudges are stopped" in site.post(f"/a/{link('stop_all')}", {}).text


def test_an_ending_is_never_named(site: Website, desk: DeskStandIn) -> None:
    pages = []
    for ended in Ended:
        desk.standing = replace(Standing(), ended=ended)
        pages.append(site.get(f"/a/{link('done')}").text + site.get(f"/p/{PAGE}").text)
    assert pages[0] == pages[1]

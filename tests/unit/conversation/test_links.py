"""Links: only ours are believed, and each only for its own purpose."""

from __future__ import annotations

import re

import pytest
from itsdangerous import URLSafeSerializer

from scheduler.conversation.links import LONGEST, Action, ActionName, Links

LINKS = Links(b"key", "https://legup.example/")
ACTION = Action("h4ndle", 42, ActionName.STOP_ONE, "hydration")


def token(url: str) -> str:
    return url.rsplit("/", 1)[1]


@pytest.mark.parametrize("name", ActionName)
def test_a_link_reads_back(name: ActionName) -> None:
    action = Action("h4ndle", 42, name, "hydration")
    url = LINKS.action_url(action)
    assert re.fullmatch(r"https://legup\.example/a/[A-Za-z0-9_.-]+", url)
    assert LINKS.read_action(token(url)) == action


def test_a_page_link_reads_back() -> None:
    url = LINKS.page_url("h4ndle")
    assert url == f"https://legup.example/p/{LINKS.page_token('h4ndle')}"
    assert LINKS.read_page(token(url)) == "h4ndle"


def test_a_link_is_short_enough_for_any_mail_program() -> None:
    assert len(LINKS.action_url(Action("h" * 22, 10**9, ActionName.STOP_ALL, "bedtime_stretch"))) < 200


def test_a_link_of_one_purpose_is_no_link_of_another() -> None:
    assert LINKS.read_page(token(LINKS.action_url(ACTION))) is None
    assert LINKS.read_action(LINKS.page_token("h4ndle")) is None


def test_a_link_of_another_installation_is_not_ours() -> None:
    other = Links(b"other", "https://legup.example")
    assert LINKS.read_action(token(other.action_url(ACTION))) is None
    assert LINKS.read_page(other.page_token("h4ndle")) is None


def test_any_change_to_a_token_spoils_it() -> None:
    ours = token(LINKS.action_url(ACTION))
    for place in range(len(ours)):
        other = "A" if ours[place] != "A" else "B"
        changed = ours[:place] + other + ours[place + 1 :]
        # The last letter of a signature carries bits that mean nothing.
        assert LINKS.read_action(changed) is None or place == len(ours) - 1
    assert LINKS.read_action(ours[:-2]) is None


@pytest.mark.parametrize("text", ["", ".", "é", "\ud800", "a.b", "\0", "." * LONGEST, "A" * (LONGEST + 1)])
def test_what_is_no_token_is_nothing(text: str) -> None:
    assert LINKS.read_action(text) is None
    assert LINKS.read_page(text) is None


@pytest.mark.parametrize(
    "payload", [[], ["h", 1], ["h", "1", "done", ""], ["h", 1, "fly", ""], {"h": 1}, 7, [1, 1, "done", ""]]
)
def test_what_we_signed_otherwise_is_no_link(payload: object) -> None:
    for serializer in (LINKS._actions, LINKS._pages):
        assert isinstance(serializer, URLSafeSerializer)
    assert LINKS.read_action(str(LINKS._actions.dumps(payload))) is None
    assert LINKS.read_page(str(LINKS._pages.dumps(payload))) is None


def test_a_link_says_no_more_of_its_person_in_a_log_than_a_number() -> None:
    assert "h4ndle" not in repr(ACTION)

from collections.abc import Callable

import pytest

from config.loading import Loaded
from config.notation import SHORTEST_TOKEN

LoadText = Callable[..., Loaded]
PEOPLE = "timezone: UTC\npeople: [{id: me, nudges: {hydration: on}}]\n"
TOKEN = "canary-" * 6


def with_token(token: str, enabled: str = "true") -> str:
    return f"{PEOPLE}web: {{enabled: {enabled}, api_token: {token!r}}}\n"


def test_a_token_is_kept_secret(load_text: LoadText) -> None:
    loaded = load_text(with_token(TOKEN))
    assert loaded.faults == ()
    assert loaded.config is not None
    token = loaded.config.service.web.api_token
    assert token is not None
    assert token.get_secret_value() == TOKEN
    assert "canary" not in repr(loaded.config)


def test_a_token_may_come_from_the_environment(load_text: LoadText) -> None:
    loaded = load_text(PEOPLE + "web: {enabled: true}\n", environ={"LEGUP_WEB__API_TOKEN": TOKEN})
    assert loaded.config is not None
    assert loaded.config.service.web.api_token is not None


@pytest.mark.parametrize("token", [TOKEN[: SHORTEST_TOKEN - 1], TOKEN + " x", TOKEN + "é", "", "4711"])
def test_what_is_too_short_or_fits_in_no_header_is_a_fault_that_repeats_nothing_of_it(
    load_text: LoadText, token: str
) -> None:
    (fault,) = load_text(with_token(token)).faults
    assert fault.path == ("web", "api_token")
    assert "32 ASCII characters" in fault.text
    assert "canary" not in fault.text


def test_a_list_is_a_fault(load_text: LoadText) -> None:
    (fault,) = load_text(PEOPLE + "web: {enabled: true, api_token: [canary]}\n").faults
    assert "a token is text" in fault.text
    assert "canary" not in fault.text


def test_a_token_where_nothing_listens_is_doubted(load_text: LoadText) -> None:
    (fault,) = load_text(with_token(TOKEN, "false")).faults
    assert (fault.path, fault.warning) == (("web", "api_token"), True)

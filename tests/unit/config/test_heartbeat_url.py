from collections.abc import Callable

import pytest

from config.loading import Loaded

LoadText = Callable[..., Loaded]
PEOPLE = "timezone: UTC\npeople: [{id: me, nudges: {hydration: on}}]\n"


@pytest.mark.parametrize("url", ["https://monitor.example/ping/4711", "http://user:pw@10.0.0.1:8000/x?y=z"])
def test_an_address_is_taken_as_it_is_and_kept_secret(load_text: LoadText, url: str) -> None:
    loaded = load_text(f'{PEOPLE}heartbeat_url: " {url} "\n')
    assert loaded.config is not None, loaded.faults
    secret = loaded.config.service.heartbeat_url
    assert secret is not None
    assert secret.get_secret_value() == url
    assert "4711" not in repr(loaded.config)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://canary",
        "canary",
        "https:///canary",
        "https://h/canary x",
        "http://[canary",
        "http://h:canary/",
        "https://ü",
    ],
)
def test_what_is_no_address_is_a_fault_that_repeats_nothing_of_it(load_text: LoadText, url: str) -> None:
    (fault,) = load_text(f"{PEOPLE}heartbeat_url: {url!r}\n").faults
    assert fault.path == ("heartbeat_url",)
    assert "http" in fault.text
    assert "canary" not in fault.text


def test_a_number_is_a_fault(load_text: LoadText) -> None:
    (fault,) = load_text(f"{PEOPLE}heartbeat_url: 4711\n").faults
    assert fault.text == "a heartbeat URL is text"

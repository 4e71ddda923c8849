"""Which forms are our own."""

from __future__ import annotations

import pytest

from scheduler.web.origin import origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (None, None),
        ("https://legup.example.org", "https://legup.example.org"),
        ("https://legup.example.org:8443/hooks/", "https://legup.example.org:8443"),
    ],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(url: str | None, origin: str | None) -> None:
    assert origin_of(url) == origin

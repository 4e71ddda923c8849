"""What counts as one address."""

from __future__ import annotations

import pytest

from scheduler.web.gate import address_key


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_nobody_for_a_proxy_here_stands_for_all(host: str) -> None:
    assert address_key((host, 1)) is None


def test_a_connection_without_an_address_is_of_this_machine() -> None:
    assert address_key(None) is None


def test_a_household_with_ipv6_is_one_address() -> None:
    assert address_key(("2001:db8:1:2::7", 1)) == address_key(("2001:db8:1:2:ffff::9", 1)) == "2001:0db8:0001:0002"
    assert address_key(("2001:db8:1:2::7", 1)) != address_key(("2001:db8:1:3::7", 1))


def test_ipv4_written_as_ipv6_is_the_same_address() -> None:
    assert address_key(("::ffff:192.0.2.7", 1)) == address_key(("192.0.2.7", 9)) == "192.0.2.7"


def test_what_is_no_address_counts_as_it_is() -> None:
    assert address_key(("testclient", 1)) == "testclient"

"""The short way by which a plain address is read gives what the whole examination gives."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from config.contact import read_email
from tests.standins.fuzzing import examples

names = st.text("abz09_+-.AZ", max_size=66)
labels = st.text("abz09-XN", min_size=1, max_size=64)
domains = st.lists(labels, max_size=5).map(".".join)


def examined(text: str) -> str | None:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def read(text: str) -> str | None:
    try:
        return read_email(text)
    except ValueError:
        return None


@examples(1)
@given(st.builds("{}@{}.{}".format, names, domains, st.sampled_from(["org", "test", "ORG", "co.uk", "localhost", ""])))
@example("postmaster@example.org")
@example("x" * 64 + "@" + ".".join(["b" * 60] * 3) + ".org")
@example("x@" + ".".join(["b" * 60] * 4) + ".org")
@example("a@b@example.org")
@example("sam@münchen.de")
@example("sam@[127.0.0.1]")
@example("sam@example.org\n")
def test_a_plain_address_is_read_as_any_other(text: str) -> None:
    assert read(text) == examined(text)

"""Every field of a form is kept, and what is no form is refused."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from starlette.exceptions import HTTPException

from scheduler.web.form import MOST_FIELDS, Form


def test_empty_and_repeated_fields_are_kept_in_order() -> None:
    form = Form.parse(b"Body=&To=%2B1&Media=b&Media=a&Body=x")
    assert form.fields == {"Body": ("", "x"), "To": ("+1",), "Media": ("b", "a")}


def test_the_first_value_counts_and_a_missing_field_is_empty() -> None:
    form = Form.parse(b"a=1&a=2")
    assert (form.get("a"), form.get("b")) == ("1", "")
    assert "a" in form
    assert "b" not in form


def test_what_people_wrote_stays_out_of_repr() -> None:
    assert "secret" not in repr(Form.parse(b"Body=secret"))


@pytest.mark.parametrize("body", ["Body=caf\u00e9".encode(), b"Body=%E9", b"Body=%ED%A0%80", b"\xff\xfe"])
def test_what_is_not_utf_8_is_refused(body: bytes) -> None:
    with pytest.raises(HTTPException) as refusal:
        Form.parse(body)
    assert refusal.value.status_code == 400
    assert "caf" not in refusal.value.detail


def test_a_form_of_ever_so_many_fields_is_refused() -> None:
    with pytest.raises(HTTPException, match="400"):
        Form.parse(urlencode([("a", "b")] * (MOST_FIELDS + 1)).encode())

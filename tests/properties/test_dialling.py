"""What the short way lets pass is what the library's whole examination calls valid, and writes the same."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from config.dialling import stands_as_it_is
from tests.standins.fuzzing import examples

KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE)
FOUND = [
    phonenumbers.example_number_for_type(region, kind) for region in phonenumbers.SUPPORTED_REGIONS for kind in KINDS
]
NUMBERS = sorted({phonenumbers.format_number(each, PhoneNumberFormat.E164) for each in FOUND if each is not None})


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A number of some country with other digits at its end, and now and then one too many or too few."""
    number = draw(st.sampled_from(NUMBERS))
    kept = draw(st.integers(2, len(number)))
    length = len(number) - kept + draw(st.sampled_from([0, 0, 0, 1, -1]))
    return number[:kept] + draw(st.text("0123456789", min_size=max(length, 0), max_size=max(length, 0)))


@examples(1.5)
@given(numbers())
@example("+4407911123456")
@example("+390612345678")
@example("+881612345678")
@example("+447911123456\n")
@example("+44 7911 123456")
@example("+")
def test_whatever_stands_as_it_is_is_valid_and_written_so(text: str) -> None:
    if stands_as_it_is(text):
        number = phonenumbers.parse(text, None)
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.format_number(number, PhoneNumberFormat.E164) == text


@pytest.mark.parametrize("region", ["GB", "US", "ES", "IN", "NG", "ZA", "BR", "MX", "KE", "DE"])
def test_an_ordinary_mobile_number_goes_the_short_way(region: str) -> None:
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    assert number is not None
    assert stands_as_it_is(phonenumbers.format_number(number, PhoneNumberFormat.E164))

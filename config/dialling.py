"""The short way to know a good phone number: one that already stands in E.164, in a range its country gives out.

The library's whole examination tries one regular expression after the other, which costs 35 us; a roster has a million
numbers, and nearly all are of this kind. Whatever is not surely so goes the long way.
"""

from __future__ import annotations

import re
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

PLAIN = re.compile(r"\+[1-9][0-9]{6,14}")
NOBODYS = "001"
"""The region of codes that belong to no country, such as satellite telephones."""


def stands_as_it_is(text: str) -> bool:
    """Whether a number is surely valid, and surely E.164 already. False says nothing."""
    if not PLAIN.fullmatch(text):
        return False
    for length in (1, 2, 3):  # no country's code begins with another's
        valid = _valid_in(int(text[1 : 1 + length]))
        if valid is not None:
            return valid.fullmatch(text, 1 + length) is not None
    return False


@cache
def _valid_in(country: int) -> re.Pattern[str] | None:
    """The national numbers of a country code that are valid and begin with nothing to strip; None for no country's.

    Where countries share a code, a number is that one's whose leading digits it has, or else of whoever gives it out.
    """
    regions = COUNTRY_CODE_TO_REGION_CODE.get(country, (NOBODYS,))
    if NOBODYS in regions:
        return None
    nothing_to_strip, not_anothers = "(?!0)", ""
    valid = []
    for region in regions:
        data = PhoneMetadata.metadata_for_region(region)
        if data is None:
            return None
        if data.national_prefix_for_parsing is not None:
            nothing_to_strip += f"(?!{data.national_prefix_for_parsing})"
        leading = data.leading_digits
        kinds = "|".join(_fits(kind) for kind in (data.mobile, data.fixed_line))
        valid.append(f"{not_anothers}{f'(?={leading})' if leading else ''}(?={_fits(data.general_desc)}$)(?:{kinds})")
        if leading:
            not_anothers += f"(?!{leading})"
    return re.compile(f"{nothing_to_strip}(?:{'|'.join(valid)})")


def _fits(kind: PhoneNumberDesc | None) -> str:
    if kind is None or not kind.national_number_pattern:
        return "(?!)"
    lengths = "|".join(f"[0-9]{{{length}}}$" for length in kind.possible_length)
    return f"(?:{f'(?={lengths})' if lengths else ''}(?:{kind.national_number_pattern}))"

"""Reading a schedule as the pages say it (`Words.schedule`), or as the config file does, whatever the language."""

from __future__ import annotations

import re
import unicodedata

from config.phrase import PhraseError, parse_schedule
from config.schedule import Schedule

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPANISH_DAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabados?", "domingos?")

_ENGLISH = (
    (r",?( on)? monday to friday$", " on weekdays"),
    (r",? on saturday and sunday$|(?<!day), saturday and sunday$", " on weekends"),
    (r", on ", " on "),
    (r"\bwaking up\b", "wake"),
)
_SPANISH = (
    (r",? de lunes a viernes$|,? entre semana$", " on weekdays"),
    (r",? los sabados y domingos$|,? sabado y domingo$|,?( los)? fines de semana$", " on weekends"),
    (r",? los (?!.*\blos\b)", " on "),
    *((rf"\b{spanish}\b", day) for spanish, day in zip(_SPANISH_DAYS, _DAYS, strict=True)),
    (r"\bla hora de (dormir|acostar(me|te|se))\b", "bedtime"),
    (r"\bla hora de (despertar|levantar)(me|te|se)?\b", "wake"),
    (r"^a las? |^a ", "at "),
    (r"\bcada\b", "every"),
    (r"\bantes de\b", "before"),
    (r"\bdespues de\b", "after"),
    (r"\b(desde|de)\b", "from"),
    (r"\b(hasta|a)\b", "to"),
    (r"\blas? (?=\d)", ""),
    (r"\by\b", "and"),
    (r"\bhoras?\b", "h"),
    (r"\bminutos?\b", "min"),
)
_SPOKEN = {"en": _ENGLISH, "es": _SPANISH}
"""By language: what to put in place of what, one after the other, until it is a phrase of the config file."""


def read_schedule(text: str, language: str) -> Schedule:
    """Raises PhraseError."""
    try:
        return parse_schedule(text)
    except PhraseError:
        phrase = _plain(text)
        for spoken, written in _SPOKEN[language]:
            phrase = re.sub(spoken, written, phrase)
        if phrase == _plain(text):
            raise
        return parse_schedule(phrase)


def _plain(text: str) -> str:
    """Lower case, single blanks, no accents."""
    letters = unicodedata.normalize("NFKD", " ".join(text.lower().split()))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

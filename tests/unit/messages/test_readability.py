"""How easy the texts are to read, by the formulas that reading research gives for each language."""

from __future__ import annotations

import re

import pytest

from messages.catalogue import CATALOGUE
from messages.rendering import Form
from tests.standins.wording import bodies

GRADE_OF_AN_ELEVEN_YEAR_OLD = 6.0
QUITE_EASY = 65.0


def sentences(text: str) -> int:
    """A line of a list is a sentence of its own; `1.` before it is none."""
    return sum(bool(re.search(r"[^\W\d]", part)) for part in re.split(r"[.!?\n]+", text))


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text)


def syllables(word: str) -> int:
    """Groups of vowels, without the silent e of `make`, `makes` and `walked`."""
    word = word.lower().split("'")[0]
    count = len(re.findall(r"[aeiouy]+", word))
    silent = re.search(r"(?<![aeiouyl])e$|(?<=[aeiouy]l)e$|[^aeiouytd]ed$|[^aeiouycgszx]es$", word)
    if silent and not re.search(r"[^aeiouy]les$", word):
        count -= 1
    return max(count, 1)


def grade(text: str) -> float:
    """Flesch-Kincaid grade level (J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom: Derivation of New
    Readability Formulas for Navy Enlisted Personnel, Research Branch Report 8-75, 1975)."""
    found = words(text)
    return 0.39 * len(found) / sentences(text) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def spanish_syllables(word: str) -> int:
    """Groups of vowels; an accented weak vowel or two strong ones part a group, and the u of que and gui is silent."""
    word = re.sub(r"(?<=[qg])u(?=[eiéí])", "", word.lower())
    return max(len(re.findall(r"[iuü]?[aeoáéó][iuüy]?(?![aeoáéó])|[iuü]?[aeoáéó]|[íú]|[iuü]+|y$", word)), 1)


def ease(text: str) -> float:
    """Szigriszt-Pazos perspicuity index; from 65 a text is quite easy on the INFLESZ scale (F. Szigriszt Pazos:
    Sistemas predictivos de legilibilidad del mensaje escrito, 1993; I. M. Barrio-Cantalejo and others, 2008)."""
    found = words(text)
    return 206.835 - 62.3 * sum(map(spanish_syllables, found)) / len(found) - len(found) / sentences(text)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("leg", 1), ("make", 1), ("makes", 1), ("walked", 1), ("rested", 2), ("toes", 1), ("water", 2)),
        *(("little", 2), ("while", 1), ("banana", 3), ("provider", 3), ("don't", 1), ("the", 1), ("muscles", 2)),
        *(("away", 2), ("sleep", 1), ("morning", 2), ("kitchen", 2), ("towards", 2)),
    ],
)
def test_syllables_are_counted_as_people_say_them(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("agua", 2), ("pierna", 2), ("siéntate", 3), ("pie", 1), ("que", 1), ("sigue", 2), ("calambre", 3)),
        *(("media", 2), ("frío", 2), ("botella", 3), ("y", 1), ("ciudad", 2), ("leer", 2)),
    ],
)
def test_spanish_syllables_are_counted_as_people_say_them(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_a_hard_text_is_told_from_an_easy_one() -> None:
    hard = "Individuals experiencing nocturnal muscular contractions should consider discontinuing sedentary behaviour."
    assert grade(hard) > 12 > GRADE_OF_AN_ELEVEN_YEAR_OLD > grade("Sit down for a minute. Drink some water.")
    complicado = "Las contracciones musculares involuntarias requieren habitualmente modificaciones comportamentales."
    assert ease(complicado) < 20 < QUITE_EASY < ease("Bebe agua. Anda un rato. Luego para.")


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("kind", CATALOGUE)
def test_english_is_for_a_reader_of_eleven(kind: str, form: Form) -> None:
    texts = bodies(kind, "en", form)
    assert grade("\n".join(texts)) <= GRADE_OF_AN_ELEVEN_YEAR_OLD
    assert max(map(grade, texts)) <= GRADE_OF_AN_ELEVEN_YEAR_OLD + 1  # a short text is a noisy measure


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("kind", CATALOGUE)
def test_spanish_is_quite_easy(kind: str, form: Form) -> None:
    texts = bodies(kind, "es", form)
    assert ease("\n".join(texts)) >= QUITE_EASY

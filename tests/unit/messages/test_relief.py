"""What a person reads half asleep, with a cramp: every step, in order of use, and the warning signs last."""

from __future__ import annotations

import pytest

from messages.rendering import Form
from tests.standins.wording import bodies

STEPS = {
    ("en", Form.SMS): """
        Leg cramp|something steady|cold floor|lift toes|Leg straight, toes up, heel down|Never point|Rub firmly
        |towards the foot|Warm cloth|swollen, red or hot|don't rub|short of breath|belly pain|bleeding|medical help now
        """,
    ("en", Form.EMAIL): """
        Leg cramp|something steady|cold floor|lift your toes|flex the foot: toes up, heel down|not point
        |long, firm strokes towards the foot|warm washcloth|heating pad|swollen, red or hot|do not rub
        |short of breath|belly pain|bleeding|medical help now
        """,
    ("es", Form.SMS): """
        Calambre en la pierna|algo firme|suelo fresco|dedos arriba|Pierna recta, dedos arriba|No estires la punta
        |Frota firme hacia el pie|tibio|hinchada, roja o caliente|no frotes|falta de aire|dolor de vientre|sangrado
        |ayuda médica ya
        """,
    ("es", Form.EMAIL): """
        Calambre en la pierna|algo firme|suelo frío|levanta los dedos|flexiona el pie|No estires la punta
        |pasadas largas y firmes hacia el pie|paño tibio|almohadilla térmica|hinchada, roja o caliente
        |no la frotes|falta el aire|duele el vientre|sangras|ayuda médica ya
        """,
}


@pytest.mark.parametrize(("language", "form"), STEPS)
def test_relief_gives_its_steps_in_order_of_use_and_ends_with_warning_signs(language: str, form: Form) -> None:
    (text,) = bodies("relief", language, form)
    position = 0
    for step in map(str.strip, STEPS[language, form].split("|")):
        assert step in text[position:], step
        position = text.index(step, position) + len(step)
    assert text[position:] in {"", "."}


@pytest.mark.parametrize(("language", "opening"), [("en", "Leg cramp"), ("es", "Calambre en la pierna")])
@pytest.mark.parametrize("form", Form)
def test_relief_opens_with_the_help_and_no_greeting(language: str, opening: str, form: Form) -> None:
    (text,) = bodies("relief", language, form)
    assert text.startswith(f"{opening}: ")

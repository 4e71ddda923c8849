"""What the messages stand on, in our own words.

Source: "Leg Cramps During Pregnancy", Laura Riley, M.D., 11 June 2015.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a message may say. Nothing that is in no fact is ever said as advice."""

    key: str
    words: str
    """Our own words; a message says it in others again, never in the article's."""
    actionable: bool = True
    """The article gives it as something a person can do, so some catalogue entry has to pass it on."""
    from_article: bool = True
    """False: general medical knowledge, to be reviewed by a clinician."""


_ALL = (
    Fact(
        "when",
        "Cramps sit mostly in the lower leg, often strike at night, and are commonest in the second and third"
        " trimesters.",
        actionable=False,
    ),
    Fact(
        "sleep",
        "They can be painful enough to wake you; usually no cause for concern unless they persist and are severe.",
        actionable=False,
    ),
    Fact(
        "cause",
        "Nobody knows for certain. Suspects: the uterus pressing on nerves, tiredness, and poorer circulation in the"
        " legs because blood vessels are pressed.",
        actionable=False,
    ),
    Fact(
        "alternate",
        "Beginning early in pregnancy, alternate exercise that gets the blood moving with enough rest; this may keep"
        " foot and leg trouble from starting.",
    ),
    Fact("legs_up", "When resting, raise feet and legs."),
    Fact("cold_floor", "Fastest relief: stand barefoot on a cold floor and lift the toes; this stretches the calf."),
    Fact("flex_foot", "If you cannot stand: straighten the leg and gently flex the foot, toes up, heel down."),
    Fact("no_pointing", "Do not point the toes away from you: it usually makes the pain worse."),
    Fact("massage", "Massage the muscle with long, firm strokes towards the foot."),
    Fact("warmth", "Still sore: a heating pad or a warm washcloth."),
    Fact("bedtime", "Against night cramps, do these movements and stretches before bed; it can help you sleep."),
    Fact("exercise", "Daily exercise can help."),
    Fact("potassium", "Food higher in potassium: bananas and kiwi fruit."),
    Fact("magnesium", "Magnesium in addition to calcium supplements."),
    Fact("water", "Plenty of water is sometimes all that is needed."),
    Fact("hose", "If cramps go on, consider support hose."),
    Fact("no_long_sitting", "Avoid sitting or standing for long stretches without a break."),
    Fact("call", "Cramps that persist and are severe: call your healthcare provider right away."),
    Fact(
        "warning_signs",
        "One leg swollen, red or hot: do not rub it. That, or short of breath, belly pain or bleeding: get medical"
        " help now.",
        actionable=False,
        from_article=False,
    ),
)

FACTS: Mapping[str, Fact] = MappingProxyType({fact.key: fact for fact in _ALL})

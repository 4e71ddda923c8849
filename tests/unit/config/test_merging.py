from collections.abc import Callable

import pytest

from config.loading import Loaded
from config.person import NudgePreference

LoadText = Callable[..., Loaded]


def merged(load_text: LoadText, default: str, mine: str) -> NudgePreference:
    loaded = load_text(
        f"timezone: UTC\nnudges: {{hydration: {default}, legs_up: on}}\n"
        f"people:\n  - id: me\n    nudges: {{hydration: {mine}}}\n"
    )
    assert loaded.config is not None, loaded.faults
    return loaded.config.people[0].preferences.nudges[0]


@pytest.mark.parametrize(
    ("default", "mine", "when", "priority"),
    [
        ("at 08:00", "at 09:00", "at 09:00", None),
        ("at 08:00", "on", "on", None),
        ("at 08:00", "off", "off", None),
        ("off", "at 09:00", "at 09:00", None),
        ("{when: at 08:00, priority: 1}", "at 09:00", "at 09:00", None),
        ("{when: at 08:00, priority: 1}", "{when: at 09:00}", "at 09:00", None),
        ("{when: at 08:00, priority: 1}", "{priority: 2}", "at 08:00", 2),
        ("{when: at 08:00, priority: 1}", "{late: 5 min}", "at 08:00", 1),
        ("{when: at 08:00, priority: 1}", "{}", "at 08:00", 1),
        ("on", "{priority: 2}", "on", 2),
        ("off", "{priority: 2}", "on", 2),
    ],
)
def test_a_persons_entry_wins_whole_unless_it_leaves_out_when(
    load_text: LoadText, default: str, mine: str, when: str, priority: int | None
) -> None:
    nudge = merged(load_text, default, mine)
    assert (nudge.nudge, nudge.priority) == ("hydration", priority)
    assert (str(nudge.schedule or "on") if nudge.on else "off") == when


def test_people_with_equal_wishes_have_equal_preferences_whatever_the_order(load_text: LoadText) -> None:
    loaded = load_text(
        "timezone: UTC\npeople:\n"
        "  - {id: a, wake: 06:00, nudges: {hydration: on, legs_up: off}}\n"
        "  - {id: b, nudges: {legs_up: off, hydration: on}, wake: 6:00}\n"
    )
    assert loaded.config is not None
    first, second = loaded.config.people
    assert first.preferences == second.preferences


def test_what_is_written_nowhere_is_the_default(load_text: LoadText) -> None:
    loaded = load_text("timezone: UTC\npeople: [{id: a, nudges: {hydration: on}}]\n")
    assert loaded.config is not None
    wishes = loaded.config.people[0].preferences
    assert (str(wishes.wake), str(wishes.bedtime), wishes.quiet_hours) == ("07:00", "22:30", None)
    assert (wishes.language, wishes.daily_limit, wishes.discreet, wishes.consent) == ("en", 12, True, "given")
    assert wishes.channels == ("console",)


def test_yaml_anchors_share_what_people_have_in_common(load_text: LoadText) -> None:
    loaded = load_text(
        "timezone: UTC\npeople:\n"
        "  - &ann {id: ann, wake: 06:00, nudges: &usual {hydration: on}}\n"
        "  - {id: eve, nudges: *usual}\n"
        "  - {<<: *ann, id: zoe}\n"
    )
    assert loaded.config is not None
    ann, eve, zoe = loaded.config.people
    assert ann.preferences == zoe.preferences
    assert eve.preferences.nudges == ann.preferences.nudges

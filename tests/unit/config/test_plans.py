"""Named plans: who is on one gets what it says, over the top of the file and under what they say themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from config.loading import Loaded
from config.person import Preferences

LoadText = Callable[..., Loaded]

FILE = """\
timezone: Europe/London
wake: 06:00
spread: 5 min
nudges: {hydration: every 3 h from 09:00 to 18:00, legs_up: on}
plans:
  standard:
    bedtime: 22:00
    spread: 10 min
    nudges: {potassium: at 16:30, hydration: {late: 20 min}}
  night shift:
    timezone: America/New_York
    wake: 14:00
    bedtime: 06:00
people:
"""


def preferences(load_text: LoadText, person: str) -> Preferences:
    loaded = load_text(f"{FILE}  - {{id: me, {person}}}\n")
    assert loaded.config is not None, loaded.faults
    return loaded.config.people[0].preferences


def told(load_text: LoadText, text: str) -> list[str]:
    loaded = load_text(text)
    return [f"{str(loaded.place_of(each.path)).partition('legup.yaml:')[2]} {each.text}" for each in loaded.faults]


def test_a_person_wins_over_their_plan_and_the_plan_over_the_top_of_the_file(load_text: LoadText) -> None:
    mine = preferences(load_text, "plan: standard, daily_limit: 4, spread: 0 min")
    assert (str(mine.wake), str(mine.bedtime), mine.daily_limit) == ("06:00", "22:00", 4)
    assert mine.spread == timedelta(0)
    assert preferences(load_text, "plan: standard").spread == timedelta(minutes=10)
    assert preferences(load_text, "name: Sam").spread == timedelta(minutes=5)


def test_nudges_are_merged_one_by_one_through_all_three(load_text: LoadText) -> None:
    mine = preferences(load_text, "plan: standard, nudges: {legs_up: off, hydration: {priority: 2}}")
    nudges = {each.nudge: each for each in mine.nudges}
    assert {name for name, each in nudges.items() if each.on} == {"hydration", "potassium"}
    water = nudges["hydration"]
    assert (str(water.schedule), water.late, water.priority) == (
        "every 3 h from 09:00 to 18:00",
        timedelta(minutes=20),
        2,
    )


def test_people_on_one_plan_share_their_preferences(load_text: LoadText) -> None:
    loaded = load_text(FILE + "  - {id: a, plan: standard}\n  - {id: b, plan: standard}\n  - {id: c}\n")
    assert loaded.config is not None
    one, other, without = (person.preferences for person in loaded.config.people)
    assert one == other != without


def test_a_plan_may_give_the_time_zone(load_text: LoadText) -> None:
    text = "plans: {here: {timezone: Europe/Paris}}\npeople: [{id: a, plan: here, nudges: {hydration: on}}]\n"
    loaded = load_text(text)
    assert loaded.config is not None, loaded.faults
    assert loaded.config.people[0].preferences.timezone == "Europe/Paris"


def test_a_file_of_plans_needs_no_people(load_text: LoadText) -> None:
    loaded = load_text("timezone: UTC\nplans: {standard: {nudges: {hydration: on}}}\n")
    assert loaded.faults == ()
    assert loaded.config is not None
    assert loaded.config.people == ()
    assert loaded.config.plans.named["standard"].timezone == "UTC"


def test_a_file_with_neither_has_nobody_to_nudge(load_text: LoadText) -> None:
    assert told(load_text, "timezone: UTC\n") == [" nobody to nudge: write `people:` and below it `- id: me`"]


def test_the_top_of_the_file_goes_into_a_plan_without_anything_of_the_service(load_text: LoadText) -> None:
    loaded = load_text(f"secret_key: {'x' * 40}\n{FILE}  - {{id: me}}\n")
    assert loaded.config is not None
    assert set(type(loaded.config.plans.top).model_fields) == set(
        type(loaded.config.plans.named["standard"]).model_fields
    )
    assert not hasattr(loaded.config.plans.top, "secret_key")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{FILE}  - {{id: me, plan: standart}}\n", '15:20 no plan "standart"; did you mean "standard"?'),
        (f"{FILE}  - {{id: me, plan: x}}\n", '15:20 no plan "x"; there are standard, night shift'),
        (
            "timezone: UTC\npeople: [{id: me, plan: x, nudges: {hydration: on}}]\n",
            '2:25 no plan "x": write it at the top of the file, below `plans:`',
        ),
        (f"{FILE}  - {{id: me, plan: 7}}\n", "15:20 7 is a number: a plan's name that is a number goes in quotes"),
        (
            "timezone: UTC\nplans: {a: {wake: 7am}}\n",
            '2:19 "7am" is not a time: write it like "07:00" or "22:30"',
        ),
        (
            "timezone: UTC\nplans:\n  a:\n    nudges: {hydratoin: on}\n",
            '4:14 unknown nudge "hydratoin"; did you mean "hydration"?',
        ),
        (
            "timezone: UTC\nplans:\n  a: {phone: '+44 7700 900123'}\n",
            '3:7 unknown key "phone"; it belongs to a person, below `people:`',
        ),
        (
            "timezone: UTC\nplans:\n  a: {twilio: x}\n",
            '3:7 unknown key "twilio"; it belongs to the top of the file',
        ),
        (
            "timezone: UTC\nplans:\n  a: {nudges: {hydration: {when: at 08:00, 12:00}}}\n",
            '3:44 the comma cut this phrase short; put it in quotes: {when: "at 08:00, 12:00"}',
        ),
        ("timezone: UTC\nplans:\n  a:\npeople: [{id: b}]\n", '3:3 "a" is empty: give it a value or remove the line'),
        (
            "timezone: UTC\nplans: {a: {language: tlh}}\n",
            '2:23 there are no messages in "tlh"; there are some in en, es',
        ),
        (
            "timezone: UTC\nplans: {a: {channel: sms}}\n",
            '2:22 channel sms, for "a", needs the `twilio:` settings at the top of the file',
        ),
        (
            "timezone: UTC\nplans: {a: {wake: 07:00, bedtime: 07:00}}\n",
            '2:35 "a" gets up and goes to bed at 07:00: change `wake` or `bedtime`',
        ),
        (
            "timezone: UTC\nplans: {' a ': {wake: 07:00}}\n",
            "2:9 a plan's name has 1 to 64 characters and no blank around it",
        ),
        ("timezone: UTC\nplans: []\n", "2:1 expected keys with values below it"),
    ],
)
def test_faults_of_plans_are_told_at_their_places(load_text: LoadText, text: str, fault: str) -> None:
    assert fault in told(load_text, text)


def test_what_is_broken_in_a_plan_is_not_guessed_for_those_who_are_on_it(load_text: LoadText) -> None:
    loaded = load_text(
        "timezone: UTC\n"
        "plans: {a: {nudges: {hydration: at x, legs_up: on}}, b: {wake: 7}}\n"
        "people: [{id: one, plan: a}, {id: two, plan: b}, {id: three, nudges: {hydration: on}}]\n"
    )
    nudges = {path: [nudge.nudge for nudge in person.preferences.nudges] for path, person in loaded.plannable.items()}
    assert nudges == {("plans", "a"): ["legs_up"], ("people", 0): ["legs_up"], ("people", 2): ["hydration"]}

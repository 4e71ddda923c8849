from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.fault import Fault
from config.merging import laid_over
from config.person import ChannelName, Consent, Contacts, Preferences
from config.roster_row import Ground, Member, RowReader
from config.settings import Plans, Wishes

NUDGES = ("hydration", "potassium", "legs_up")
TOP = Wishes.model_validate({"timezone": "Europe/London", "nudges": {"hydration": "on"}})
STANDARD = Wishes.model_validate({"channel": "sms", "spread": "10 min", "nudges": {"potassium": "at 16:30"}})
PLANS = Plans(TOP, {"standard": laid_over(STANDARD, TOP)})
PHONE = "+44 7911 123456"


def sound(_preferences: Preferences) -> Iterable[Fault]:
    return ()


def reader(plans: Plans = PLANS, accounts: Iterable[ChannelName] = tuple(ChannelName)) -> RowReader:
    return RowReader(Ground(plans, NUDGES, ("en", "es"), tuple(accounts)), sound)


def read(**row: Any) -> Member:
    member, faults = reader().read(row)
    assert faults == []
    return member


def told(row: Mapping[str, Any], rows: RowReader | None = None) -> list[str]:
    faults = (rows or reader()).read(row)[1]
    return [f"{'.'.join(map(str, each.path))}: {'warning: ' if each.warning else ''}{each.text}" for each in faults]


def test_a_row_says_what_a_person_of_the_file_can_say() -> None:
    member = read(
        id="p1",
        name="Ann",
        phone=PHONE,
        email="ann@example.org",
        apprise="ntfy://topic",
        timezone="America/New_York",
        language="es",
        plan="standard",
        due_date="2027-03-14",
        wake="06:30",
        bedtime="21:00",
        quiet_hours=["21:00-06:30"],
        channel=["sms", "email"],
        consent="asked",
        paused_until="2027-01-02",
        discreet=False,
        daily_limit=5,
        spread="20 min",
        nudges={"legs_up": "at 20:00", "hydration": "off"},
    )
    wishes = member.person.preferences
    assert member.person.contacts == Contacts("Ann", "+447911123456", "ann@example.org", "ntfy://topic")
    assert (wishes.timezone, wishes.language, wishes.due_date) == ("America/New_York", "es", date(2027, 3, 14))
    assert (str(wishes.wake), str(wishes.bedtime), wishes.daily_limit, wishes.discreet) == ("06:30", "21:00", 5, False)
    assert (wishes.channels, wishes.consent) == ((ChannelName.SMS, ChannelName.EMAIL), Consent.ASKED)
    assert wishes.paused_until == datetime(2027, 1, 2, tzinfo=ZoneInfo("America/New_York"))
    assert wishes.spread == timedelta(minutes=20)
    assert {each.nudge for each in wishes.nudges if each.on} == {"legs_up", "potassium"}


def test_an_entry_holds_the_row_without_id_and_contacts_and_makes_the_same_person_again() -> None:
    member = read(
        id="p1", phone=PHONE, email="a@b.org", plan="standard", consent_source="form", consent_date="2026-11-01"
    )
    assert member.entry == '{"consent_date":"2026-11-01","consent_source":"form","plan":"standard"}'
    assert member.given == "form, 2026-11-01"
    assert reader().again("p1", member.person.contacts, member.entry) == member


def test_an_entry_follows_its_plan() -> None:
    member = read(id="p1", phone=PHONE, plan="standard")
    later = laid_over(Wishes.model_validate({"daily_limit": 3, "channel": "sms"}), TOP)
    again = reader(Plans(TOP, {"standard": later})).again("p1", member.person.contacts, member.entry)
    assert again.person.preferences.daily_limit == 3


def test_an_entry_whose_plan_is_gone_says_so() -> None:
    with pytest.raises(ValueError, match='plan: no plan "standard"'):
        reader(Plans(TOP)).again("p1", Contacts(), '{"plan":"standard"}')


def test_rows_with_the_same_wishes_share_one_value() -> None:
    rows = reader()
    one, other = (rows.read({"id": each, "phone": PHONE, "plan": "standard"})[0] for each in ("a", "b"))
    assert one.person.preferences is other.person.preferences


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"phone": PHONE}, "id: there is no id: give each person their own"),
        ({"id": "a b"}, 'id: an id has up to 64 letters, digits, ".", "_" or "-" and begins with a letter or digit'),
        ({"id": 7}, "id: this is not text: put it in quotes"),
        (
            {"id": "a", "phone": "07911"},
            'phone: the number "..." lacks its country code: write it like "+44 7700 900123"',
        ),
        (
            {"id": "a", "phone": "+447700900123"},
            'phone: warning: no country gives out numbers like "...23": is a digit wrong?',
        ),
        ({"id": "a", "email": "x"}, 'email: not an email address: "..."; an email address must have an @-sign'),
        ({"id": "a", "name": "x\ny"}, "name: a name has up to 100 characters on one line"),
        ({"id": "a", "plan": "standart"}, 'plan: no plan "standart"; did you mean "standard"?'),
        ({"id": "a", "plan": "standard"}, "phone: channel sms needs it"),
        ({"id": "a", "channel": ["email"]}, "email: channel email needs it"),
        ({"id": "a", "wake": "7am"}, 'wake: "7am" is not a time: write it like "07:00" or "22:30"'),
        (
            {"id": "a", "wake": "22:30"},
            'bedtime: "this person" gets up and goes to bed at 22:30: change `wake` or `bedtime`',
        ),
        ({"id": "a", "due_date": "14/03/2027"}, "due_date: no such date; dates are written year-month-day: 2027-03-14"),
        ({"id": "a", "daily_limit": "many"}, 'daily_limit: "many": expected a whole number'),
        ({"id": "a", "language": "tlh"}, 'language: there are no messages in "tlh"; there are some in en, es'),
        (
            {"id": "a", "nudges": {"hydratoin": "on"}},
            'nudges.hydratoin: unknown nudge "hydratoin"; did you mean "hydration"?',
        ),
        (
            {"id": "a", "nudges": {"hydration": "at"}},
            'nudges.hydration.when: "at": expected a time such as "07:30", "wake" or "bedtime", but it ends there',
        ),
        (
            {"id": "a", "consent_date": "soon"},
            "consent_date: no such date; dates are written year-month-day: 2027-03-14",
        ),
        (
            {"id": "a", "consent_source": "x" * 201},
            "consent_source: where consent was given has up to 200 characters on one line",
        ),
    ],
)
def test_a_fault_is_told_by_its_column(row: dict[str, Any], fault: str) -> None:
    assert fault in told(row)


def test_a_channel_without_an_account_is_a_fault() -> None:
    rows = reader(accounts=[ChannelName.CONSOLE])
    assert told({"id": "a", "phone": PHONE, "channel": ["sms"]}, rows) == [
        "channel: channel sms needs the `twilio:` settings of the config file"
    ]


def test_without_a_time_zone_anywhere_nothing_is_sound() -> None:
    fault = "timezone: no time zone: give one here, in the plan, or at the top of the file"
    assert fault in told({"id": "a"}, reader(Plans()))


def test_what_planning_minds_is_told_too() -> None:
    def judge(_preferences: Preferences) -> Iterable[Fault]:
        return (Fault(("nudges", "hydration"), "too late"),)

    rows = RowReader(Ground(PLANS, NUDGES, ("en",), tuple(ChannelName)), judge)
    assert told({"id": "a"}, rows) == ["nudges.hydration: too late"]


def test_every_fault_of_a_row_is_told_at_once() -> None:
    assert len(told({"id": "", "phone": "1", "email": "x", "wake": "x", "bedtime": "y", "consent_date": "z"})) == 6


def test_no_fault_repeats_a_contact() -> None:
    faults = told({"id": "a", "phone": "+44790012345678901", "email": "hidden@canary@x", "apprise": "ntfy:canary"})
    assert [each for each in faults if "79001" in each or "canary" in each or "hidden" in each] == []

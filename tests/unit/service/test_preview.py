"""What would be sent, and what would not."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from config.changes import UNCHANGED, Changes, wishing
from config.person import ChannelName, Consent, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from messages.rendering import Form, Renderer
from scheduler.delivery.composing import Wording
from scheduler.delivery.ports import Ended, Standing
from scheduler.delivery.routines import Routines
from scheduler.planning.slot import Silence, Verdict
from scheduler.service.defaults import nudge_defaults
from scheduler.service.preview import Asked, Previewed, preview

DAY = datetime(2026, 11, 23, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
WORDING = Wording(Renderer(), b"key")
HYDRATION = NudgePreference("hydration", schedule=parse_schedule("every 3 h from 09:00 to 18:00"))


def person(identifier: str = "me", **changes: Any) -> Person:
    preferences = Preferences("Europe/London", nudges=(HYDRATION,))
    contacts = Contacts("Sam", "+447700900123", "sam@example.org")
    return Person(identifier, replace(preferences, **changes), contacts)


def previewed(*asked: Asked) -> list[Previewed]:
    return preview(asked, Routines(nudge_defaults()), WORDING, NOON)


def a_day_of(someone: Person, **known: Any) -> Asked:
    return Asked(someone, DAY, DAY + timedelta(days=1), **known)


def test_every_nudge_of_the_day_comes_with_its_words() -> None:
    found = previewed(a_day_of(person()))
    assert [f"{each.local:%H:%M}" for each in found] == ["09:00", "12:00", "15:00", "18:00"]
    assert all(each.words and each.words.text and each.words.segments == 1 for each in found)


def test_people_in_several_zones_come_in_order_of_due() -> None:
    found = previewed(a_day_of(person("london")), a_day_of(person("tokyo", timezone="Asia/Tokyo")))
    assert [each.due for each in found] == sorted(each.due for each in found)
    assert {each.person for each in found} == {"london", "tokyo"}


def test_texts_count_from_the_first_one_when_nothing_is_recorded() -> None:
    assert [each.words.variant for each in previewed(a_day_of(person())) if each.words] == [0, 1, 2, 3]


def test_the_next_nudge_gets_the_text_after_those_recorded() -> None:
    found = previewed(a_day_of(person(), recorded={"hydration": 2}))
    assert {f"{each.local:%H:%M}": each.words.variant for each in found if each.words}["15:00"] == 2


def test_texts_start_over_after_the_last_one() -> None:
    number = WORDING.renderer.variants("hydration", "en", Form.SMS)
    found = previewed(a_day_of(person(), recorded={"hydration": number + 1}))
    assert {each.words.variant for each in found if each.words} == {number - 1, 0, 1, 2}


def test_an_email_has_a_subject_and_no_segments() -> None:
    words = previewed(a_day_of(person(channels=(ChannelName.EMAIL,))))[0].words
    assert words is not None
    assert (bool(words.subject), words.segments) == (True, None)


def test_a_person_who_said_stop_gets_nothing() -> None:
    found = previewed(a_day_of(person(), standing=Standing(opted_out=True)))
    assert {(each.action, each.reason, each.words) for each in found} == {(Verdict.SUPPRESSED, Silence.OPTED_OUT, None)}


def test_a_person_who_did_not_agree_yet_gets_nothing() -> None:
    found = previewed(a_day_of(person(consent=Consent.ASKED)))
    assert {each.reason for each in found} == {Silence.NO_CONSENT}


def test_a_pause_by_the_operator_counts() -> None:
    found = previewed(a_day_of(person(), standing=Standing(paused_until=NOON)))
    assert [each.reason for each in found] == [Silence.PAUSED, None, None, None]


def test_no_contact_and_no_words_stand_in_repr() -> None:
    found = previewed(a_day_of(person(channels=(ChannelName.EMAIL,))))
    words = found[0].words
    assert words is not None
    assert words.text not in repr(found)
    assert "example.org" not in repr(found)


def test_who_asked_for_less_sees_what_still_comes_and_why_the_rest_does_not() -> None:
    someone = person()
    wanted = replace(someone.preferences, nudges=(replace(HYDRATION, every_nth=2),))
    changes = wishing(someone.preferences, UNCHANGED, wanted)
    found = previewed(a_day_of(someone, changes=changes))
    assert Counter(each.reason for each in found) == {None: 2, Silence.ASKED_LESS: 2}


def test_a_kind_that_was_stopped_is_shown_as_stopped_and_the_others_come() -> None:
    someone = person(nudges=(HYDRATION, NudgePreference("potassium")))
    found = previewed(a_day_of(someone, changes=Changes(stopped=frozenset({"hydration"}))))
    reasons = {(each.nudge, each.reason) for each in found}
    assert reasons == {("hydration", Silence.STOPPED), ("potassium", None)}


def test_a_stopped_kind_takes_no_place_of_the_daily_limit_from_others() -> None:
    someone = person(nudges=(HYDRATION, NudgePreference("sitting_break")), daily_limit=4)
    found = previewed(a_day_of(someone, changes=Changes(stopped=frozenset({"hydration"}))))
    assert {each.reason for each in found if each.nudge == "sitting_break"} == {None}


def test_an_edit_of_the_file_ends_an_earlier_wish_for_the_same_nudge() -> None:
    before = person()
    wanted = replace(before.preferences, nudges=(replace(HYDRATION, every_nth=4),))
    changes = wishing(before.preferences, UNCHANGED, wanted)
    edited = person(nudges=(NudgePreference("hydration", schedule=parse_schedule("at 10:00")),))
    found = previewed(a_day_of(edited, changes=changes))
    assert [(f"{each.local:%H:%M}", each.reason) for each in found] == [("10:00", None)]


def test_whoever_has_ended_it_gets_nothing() -> None:
    found = previewed(a_day_of(person(), standing=Standing(ended=Ended.LOSS)))
    assert {each.reason for each in found} == {Silence.ENDED}

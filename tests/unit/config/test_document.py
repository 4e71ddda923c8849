from datetime import UTC, datetime, timedelta, timezone

import pytest

from config.document import from_document, to_document
from config.person import ChannelName, NudgePreference, Preferences
from config.phrase import parse_quiet_interval, parse_schedule


def test_what_is_the_default_is_left_out() -> None:
    assert to_document(Preferences("Europe/London")) == '{"timezone":"Europe/London"}'


def test_a_document_reads_as_people_write() -> None:
    preferences = Preferences(
        "Europe/London",
        quiet_hours=(parse_quiet_interval("22:00-07:00"),),
        channels=(ChannelName.SMS, ChannelName.EMAIL),
        nudges=(
            NudgePreference("hydration", schedule=parse_schedule("every 180 min"), late=timedelta(minutes=20)),
            NudgePreference("magnesium", on=False),
        ),
    )
    assert to_document(preferences) == (
        '{"channels":["sms","email"],'
        '"nudges":[{"late":"20 min","nudge":"hydration","schedule":"every 3 h"},{"nudge":"magnesium","on":false}],'
        '"quiet_hours":["22:00-07:00"],"timezone":"Europe/London"}'
    )


def test_no_quiet_hours_at_all_differ_from_none_written() -> None:
    assert from_document(to_document(Preferences("UTC", quiet_hours=()))).quiet_hours == ()
    assert from_document(to_document(Preferences("UTC"))).quiet_hours is None


def test_equal_preferences_share_one_document_and_one_value() -> None:
    summer = timezone(timedelta(hours=1))
    noon = Preferences("UTC", paused_until=datetime(2027, 6, 1, 12, tzinfo=UTC))
    same = Preferences("UTC", paused_until=datetime(2027, 6, 1, 13, tzinfo=summer))
    assert to_document(noon) == to_document(same)
    assert from_document(to_document(noon)) is from_document(to_document(same))


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = Preferences("UTC", paused_until=datetime(2027, 6, 1, 12, tzinfo=UTC).replace(tzinfo=None))
    with pytest.raises(ValueError, match="zone"):
        to_document(naive)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        '{"timezone":"UTC","mood":"good"}',
        '{"timezone":"UTC","wake":7}',
        '{"timezone":"UTC","due_date":"2027-02-30"}',
    ],
)
def test_a_document_that_cannot_be_read_is_refused_without_repeating_it(document: str) -> None:
    with pytest.raises(ValueError, match="newer legup") as caught:
        from_document(document)
    assert "2027" not in str(caught.value)
    assert caught.value.__cause__ is None

"""What becomes of nudges when the machine sleeps, its clock is set, zone data changes or a person moves: through the
real pump on a real database, as `docs/time-rules.md` tells it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import TZPATH, reset_tzpath

import pytest

from config.person import Person
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.outcome import Outcome, RetryAfter
from scheduler.delivery.routines import Routines
from scheduler.planning.zone import local_of
from scheduler.service.clockwatch import WAIT, time_of_record
from scheduler.service.defaults import nudge_defaults
from scheduler.service.roster import enrolments
from scheduler.storage.sqlite import open_sqlite
from tests.standins.channel import accept
from tests.standins.forked import FORKS
from tests.standins.plant import EIGHT, NINE, SMS, Plant, person

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIFETIME = 70 * 365 * DAY


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    plant = Plant(tmp_path / "state")
    yield plant
    plant.outbox.close()


def local_times(plant: Plant) -> list[str]:
    """The slots that were sent, in order of sending, by their own time."""
    return [f"{message.due_local:%a %H:%M}" for message in plant.sms.given]


def walk(plant: Plant, length: timedelta, every: timedelta = MINUTE) -> None:
    """Let time pass, and look at what is due all along."""
    end = plant.clock.uptime() + length
    while plant.clock.uptime() < end:
        plant.clock.pass_(every)
        plant.run()


def steady(plant: Plant, phrase: str = "every 30 min from 09:00 to 14:00") -> None:
    """One nudge, and a look at 08:59."""
    plant.enrol(person("me", phrase))
    plant.run(NINE - MINUTE)


@pytest.mark.parametrize("asleep", [8 * HOUR, 63 * HOUR, 40 * DAY])
def test_asleep_for_any_length_is_asleep_and_no_step(
    plant: Plant, asleep: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    steady(plant)
    plant.clock.pass_(asleep)
    plant.run()
    assert caplog.text == ""
    walk(plant, DAY, 10 * MINUTE)
    assert len(local_times(plant)) in {11, 12}  # the latest that was still alive, and a day's
    assert len(set(local_times(plant))) == len(local_times(plant))


@pytest.mark.parametrize("step", [SECOND, -SECOND])
def test_a_step_of_a_second_changes_nothing(plant: Plant, step: timedelta, caplog: pytest.LogCaptureFixture) -> None:
    steady(plant)
    walk(plant, 2 * MINUTE)
    plant.clock.step(step)
    walk(plant, HOUR)
    assert local_times(plant) == ["Mon 09:00", "Mon 09:30", "Mon 10:00"]
    assert caplog.text == ""


def test_an_hour_forward_is_like_an_hour_asleep(plant: Plant, caplog: pytest.LogCaptureFixture) -> None:
    steady(plant)
    walk(plant, 6 * MINUTE)
    plant.clock.step(HOUR)
    walk(plant, 30 * MINUTE)
    assert local_times(plant) == ["Mon 09:00", "Mon 10:00", "Mon 10:30"]
    assert (State.MISSED, "too late") in plant.states()
    assert "the clock was set forward by 1:00:00" in caplog.text


def test_an_hour_back_repeats_nothing_and_goes_on_at_its_time(plant: Plant, caplog: pytest.LogCaptureFixture) -> None:
    steady(plant)
    walk(plant, 2 * HOUR + 2 * MINUTE)
    assert local_times(plant)[-1] == "Mon 11:00"
    plant.clock.step(-HOUR)
    walk(plant, 2 * HOUR)
    assert local_times(plant) == [f"Mon {hour:02}:{minute:02}" for hour in range(9, 12) for minute in (0, 30)] + [
        "Mon 12:00"
    ]
    assert "the clock was set back by 1:00:00" in caplog.text


def test_a_clock_that_was_wrong_for_a_while_costs_only_what_was_sent_too_early(plant: Plant) -> None:
    steady(plant)
    walk(plant, 6 * MINUTE)
    plant.clock.step(3 * HOUR)  # 12:05: noon is sent, what lies between is passed over
    walk(plant, 5 * MINUTE)
    plant.clock.step(-3 * HOUR)
    walk(plant, 4 * HOUR)
    assert local_times(plant) == [
        *("Mon 09:00", "Mon 12:00", "Mon 09:30", "Mon 10:00", "Mon 10:30", "Mon 11:00", "Mon 11:30"),
        *("Mon 12:30", "Mon 13:00"),
    ]
    assert {state for state, _ in plant.states()} == {State.SENT}


@pytest.mark.parametrize("step", [DAY, -DAY, LIFETIME, -LIFETIME + 20 * 365 * DAY])
def test_a_clock_set_by_a_day_or_more_holds_everything_until_it_comes_back(
    plant: Plant, step: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    steady(plant)
    walk(plant, 6 * MINUTE)
    plant.clock.step(step)
    walk(plant, 2 * HOUR)
    assert local_times(plant) == ["Mon 09:00"]
    assert plant.outbox.clock_record().hold is not None
    assert caplog.text.count("nothing is sent until it is set right") == 1
    plant.clock.step(-step)
    walk(plant, 60 * MINUTE)
    assert local_times(plant) == ["Mon 09:00", "Mon 11:00", "Mon 11:30", "Mon 12:00"]
    assert [state for state, _ in plant.states()].count(State.MISSED) == 3
    assert plant.outbox.clock_record().hold is None
    assert "the clock came back" in caplog.text


def test_nothing_is_decided_or_begun_at_an_instant_nobody_believes(plant: Plant) -> None:
    steady(plant)
    plant.clock.set(NINE)
    plant.pump.plan()
    plant.clock.step(30 * DAY)
    assert plant.pump.send(SMS) == 0
    plant.pump.plan()
    assert plant.states() == [(State.PENDING, None)]
    plant.clock.step(-30 * DAY)
    assert plant.pump.send(SMS) == 1


def test_a_hold_outlives_a_restart_and_ends_when_the_clock_is_right_again(plant: Plant) -> None:
    steady(plant)
    plant.clock.step(LIFETIME)
    walk(plant, MINUTE)
    plant.restart()
    walk(plant, 2 * HOUR)
    assert local_times(plant) == []
    plant.clock.step(-LIFETIME)
    plant.restart()
    plant.run()
    assert local_times(plant) == ["Mon 11:00"]


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        (LIFETIME, ["09:00", "09:30", "10:00"]),  # the nine o'clock of that day is still alive
        (3 * DAY, ["09:00", "09:30", "10:00"]),
        (-3 * DAY, ["09:30", "10:00"]),
    ],
)
def test_who_confirms_the_clock_gets_nudges_within_a_look(
    plant: Plant, step: timedelta, sent: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    steady(plant)
    walk(plant, 6 * MINUTE)
    plant.clock.step(step)
    plant.run()
    plant.outbox.confirm_clock(plant.clock.now(), WAIT)
    walk(plant, 60 * MINUTE)
    assert [each.split()[1] for each in local_times(plant)] == ["09:00", *sent]
    assert "the clock was confirmed" in caplog.text


def test_a_confirmed_leap_is_on_record_for_a_day_and_not_for_all_the_years(plant: Plant) -> None:
    steady(plant)
    plant.clock.step(LIFETIME)
    plant.run()
    plant.outbox.confirm_clock(plant.clock.now(), WAIT)
    plant.run()
    rows = plant.outbox.deliveries(NINE, plant.clock.now() + DAY)
    assert sum(row.owner_day is not None for row in rows) <= 11


def test_a_start_a_day_before_the_record_is_held_and_enrols_nobody_in_that_time(plant: Plant) -> None:
    steady(plant)
    plant.pump.tick()
    plant.clock.step(-DAY - HOUR)
    plant.restart()
    assert time_of_record(plant.outbox, plant.clock) == NINE - MINUTE
    walk(plant, 2 * HOUR)
    assert local_times(plant) == []
    plant.clock.step(DAY + HOUR)
    walk(plant, MINUTE)
    assert local_times(plant) == ["Mon 11:00"]


def test_a_start_some_hours_before_the_record_repeats_nothing(plant: Plant) -> None:
    steady(plant)
    walk(plant, 2 * HOUR + 2 * MINUTE)
    plant.pump.tick()
    plant.clock.step(-2 * HOUR)
    plant.restart()
    walk(plant, 3 * HOUR)
    assert local_times(plant) == [
        *("Mon 09:00", "Mon 09:30", "Mon 10:00", "Mon 10:30", "Mon 11:00", "Mon 11:30", "Mon 12:00")
    ]


def test_what_was_settled_in_a_time_that_was_taken_back_waits_no_longer_than_it_would(plant: Plant) -> None:
    steady(plant)
    plant.clock.set(NINE)

    def set_while_sending(_: Message) -> Outcome:
        plant.clock.step(20 * HOUR)
        return RetryAfter("busy", MINUTE)

    plant.sms.behaviour = set_while_sending
    plant.pump.plan()
    plant.pump.send(SMS)
    plant.sms.behaviour = accept
    plant.clock.step(-20 * HOUR)
    walk(plant, WAIT + MINUTE)
    assert [message.attempt for message in plant.sms.given] == [1]  # too late by the clock of then
    assert plant.states()[0][0] is State.FAILED
    walk(plant, 30 * MINUTE)
    assert plant.states()[-1] == (State.SENT, None)


def test_a_crash_in_a_time_that_was_taken_back_is_unknown_within_minutes(plant: Plant) -> None:
    steady(plant)
    plant.clock.step(32 * MINUTE)

    def dies(_: Message) -> Outcome:
        raise KeyboardInterrupt

    plant.sms.behaviour = dies
    with pytest.raises(KeyboardInterrupt):
        plant.run()
    plant.clock.step(-32 * MINUTE)
    plant.sms.behaviour = accept
    walk(plant, WAIT + MINUTE)
    assert [state for state, _ in plant.states()] == [State.MISSED, State.UNKNOWN]


def test_moving_east_and_back_sends_no_slot_twice(plant: Plant) -> None:
    home = person("me", "at 09:00, 12:00 and 15:00")
    abroad = replace(home, preferences=replace(home.preferences, timezone="Asia/Tokyo"))
    plant.enrol(home)
    walk(plant, 2 * HOUR, 5 * MINUTE)  # 10:00 in London, 19:00 in Tokyo
    move(plant, abroad)
    walk(plant, 6 * HOUR, 5 * MINUTE)  # 16:00 in London, 01:00 on Tuesday in Tokyo
    assert local_times(plant) == ["Mon 09:00"]  # noon and three o'clock were jumped over
    move(plant, home)
    walk(plant, 20 * HOUR, 5 * MINUTE)
    assert local_times(plant) == ["Mon 09:00", "Tue 09:00", "Tue 12:00"]


def test_moving_west_repeats_nothing_that_was_sent_that_day(plant: Plant) -> None:
    home = person("me", "at 09:00, 12:00 and 15:00")
    abroad = replace(home, preferences=replace(home.preferences, timezone="America/New_York"))
    plant.enrol(home)
    walk(plant, 5 * HOUR, 5 * MINUTE)  # 13:00 in London, 08:00 in New York
    move(plant, abroad)
    walk(plant, 9 * HOUR, 5 * MINUTE)
    assert local_times(plant) == ["Mon 09:00", "Mon 12:00", "Mon 15:00"]


def move(plant: Plant, who: Person) -> None:
    kept = list(plant.sms.given)
    plant.enrol(who)
    plant.sms.given[:] = kept


def start_with(zones: Path, database: Path, told: Connection) -> None:
    """A start of legup whose time zones are those of a folder; tells when the next nudge is due, and who changed."""
    reset_tzpath([zones])
    me = person("me", "at 09:00")
    me = replace(me, preferences=replace(me.preferences, timezone="Test/Town"))
    people = (replace(each, welcome=None) for each in enrolments([me], Routines(nudge_defaults()), EIGHT))
    with closing(open_sqlite(database, contact_key=b"contacts")) as outbox:
        changed = outbox.enrol(people, EIGHT)
        told.send((outbox.next_event_at(), changed.changed))


def test_new_zone_data_counts_from_the_next_start(tmp_path: Path) -> None:
    def start(town: str) -> tuple[datetime, int]:
        folder = tmp_path / town
        (folder / "Test").mkdir(parents=True, exist_ok=True)
        (folder / "Test" / "Town").write_bytes(zone_file(f"Europe/{town}"))
        ours, theirs = FORKS.Pipe(duplex=False)
        process = FORKS.Process(target=start_with, args=(folder, tmp_path / "legup.db", theirs))
        process.start()
        theirs.close()
        due, changed = ours.recv()
        process.join()
        return due, changed

    assert start("London") == (NINE, 0)
    assert start("London") == (NINE, 0)
    assert start("Lisbon") == (NINE, 0)  # the same rules by another name
    assert start("Athens") == (NINE + 22 * HOUR, 1)  # nine o'clock there has passed


def zone_file(zone: str) -> bytes:
    for folder in TZPATH:
        path = Path(folder, zone)
        if path.exists():
            return path.read_bytes()
    from importlib.resources import files

    return files("tzdata.zoneinfo").joinpath(*zone.split("/")).read_bytes()


def test_local_times_are_read_from_the_messages(plant: Plant) -> None:
    steady(plant)
    plant.run(NINE)
    (message,) = plant.sms.given
    assert message.due_local == local_of(NINE, "Europe/London")
    assert isinstance(message.due_local, datetime)

"""People made up at random, each with a plain list of when they want what: what the oracle counts from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from config.schedule import WEEKDAYS, QuietInterval, TimeOfDay

DAY = 1440
NUDGES = ("hydration", "potassium", "legs_up", "sitting_break", "daily_exercise", "bedtime_stretch")


@dataclass(frozen=True, slots=True)
class Wish:
    """One nudge: the minutes after an owner day's midnight, the weekdays, and how long after it may still come."""

    nudge: str
    phrase: str
    minutes: tuple[int, ...]
    weekdays: frozenset[int]
    late: timedelta


@dataclass(frozen=True, slots=True)
class Life:
    """One person as they are for a while."""

    id: str
    zone: str
    wake: int
    bedtime: int
    quiet: tuple[tuple[int, int], ...]
    """Minutes of the wall clock, half-open."""
    daily_limit: int
    channel: ChannelName
    wishes: tuple[Wish, ...]

    def is_quiet(self, minute: int) -> bool:
        return any((minute - start) % DAY < (end - start) % DAY for start, end in self.quiet)

    def person(self) -> Person:
        """The same life as a config file would give it."""
        number = int(self.id.removeprefix("p"))
        preferences = Preferences(
            self.zone,
            wake=TimeOfDay(self.wake),
            bedtime=TimeOfDay(self.bedtime % DAY),
            quiet_hours=tuple(QuietInterval(TimeOfDay(start), TimeOfDay(end)) for start, end in self.quiet),
            daily_limit=self.daily_limit,
            channels=(self.channel,),
            nudges=tuple(NudgePreference(each.nudge, schedule=parse_schedule(each.phrase)) for each in self.wishes),
        )
        return Person(self.id, preferences, Contacts(phone=f"+4477{number:08}", email=f"{self.id}@example.org"))


def random_life(rng: Random, identifier: str, zone: str) -> Life:
    wake = 15 * rng.randrange(20, 36)
    bedtime = 15 * rng.choice([*range(80, 96), *range(96, 101)])  # up to one in the morning, of the owner day
    quiet = rng.choice((((bedtime % DAY, wake),), ((bedtime % DAY, wake), (13 * 60, 14 * 60)), ((1380, 360),), ()))
    wishes = [_wish(rng, nudge, wake, bedtime) for nudge in rng.sample(NUDGES, rng.randint(1, 4))]
    return Life(
        id=identifier,
        zone=zone,
        wake=wake,
        bedtime=bedtime,
        quiet=quiet,
        daily_limit=rng.choice((12, 12, 24, 5)),
        channel=rng.choice((ChannelName.SMS, ChannelName.SMS, ChannelName.EMAIL)),
        wishes=tuple(wishes),
    )


def changed(rng: Random, life: Life, zones: tuple[str, ...]) -> Life:
    """After an edit of the file: in another zone, or with other habits."""
    if rng.random() < 0.4:
        return replace(life, zone=rng.choice(zones))
    return replace(random_life(rng, life.id, life.zone), channel=life.channel)


def _wish(rng: Random, nudge: str, wake: int, bedtime: int) -> Wish:
    days = frozenset(range(7)) if rng.random() < 0.7 else frozenset(rng.sample(range(7), rng.randint(1, 6)))
    on = "" if len(days) == 7 else " on " + ", ".join(WEEKDAYS[day] for day in sorted(days))
    phrase, minutes, late = rng.choice((_at, _every, _windowless, _offset))(rng, wake, bedtime)
    return Wish(nudge, phrase + on, tuple(minutes), days, timedelta(minutes=late))


def _at(rng: Random, _wake: int, _bedtime: int) -> tuple[str, list[int], float]:
    # Every hour of the night too: that is where clocks are changed.
    minutes = sorted(rng.sample(range(0, DAY, 5), rng.randint(1, 4)))
    return "at " + " and ".join(", ".join(map(_clock, minutes)).rsplit(", ", 1)), minutes, 60


def _every(rng: Random, _wake: int, _bedtime: int) -> tuple[str, list[int], float]:
    step = rng.choice((45, 60, 90, 120, 180))
    start, length = 15 * rng.randrange(96), 15 * rng.randrange(4, 48)
    phrase = f"every {step} min from {_clock(start)} to {_clock((start + length) % DAY)}"
    return phrase, list(range(start, start + length + 1, step)), min(step / 2, 45)


def _windowless(rng: Random, wake: int, bedtime: int) -> tuple[str, list[int], float]:
    step = rng.choice((90, 120, 240))
    return f"every {step} min", list(range(wake, bedtime, step)), min(step / 2, 45)


def _offset(rng: Random, wake: int, bedtime: int) -> tuple[str, list[int], float]:
    by = 5 * rng.randrange(1, 36)
    if rng.random() < 0.5:
        return f"{by} min before bedtime", [bedtime - by], 60
    return f"{by} min after wake", [wake + by], 60


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"

from itertools import pairwise

from scheduler.planning.limit import Place, kept, places
from tests.standins.routines import day, nudge, quiet, routine

DAY = day("2026-06-01")


def times(found: frozenset[tuple[str, object]] | None, name: str) -> list[str]:
    assert found is not None
    return sorted(str(slot).partition("/")[2] for who, slot in found if who == name)


def test_everything_fits_when_the_limit_is_wide_enough() -> None:
    assert kept(routine(nudge("every 1 h from 09:00 to 20:00")), DAY) is None


def test_places_go_to_the_higher_priority_first() -> None:
    water = nudge("every 1 h from 09:00 to 12:00", "hydration", priority=7)
    stretch = nudge("at 22:00", "bedtime_stretch", priority=1)
    found = kept(routine(water, stretch, daily_limit=3), DAY)
    assert times(found, "bedtime_stretch") == ["22:00"]
    assert len(times(found, "hydration")) == 2


def test_of_equal_priority_the_earlier_comes_first() -> None:
    late, early = nudge("at 20:00", "legs_up"), nudge("at 09:00", "hydration")
    found = kept(routine(late, early, daily_limit=1), DAY)
    assert times(found, "hydration") == ["09:00"]
    assert times(found, "legs_up") == []


def test_a_nudge_that_gets_only_a_part_keeps_it_evenly_spread() -> None:
    water = nudge("every 1 h from 09:00 to 17:00", "hydration")
    assert times(kept(routine(water, daily_limit=3), DAY), "hydration") == ["09:00", "13:00", "17:00"]
    assert times(kept(routine(water, daily_limit=2), DAY), "hydration") == ["09:00", "17:00"]
    assert times(kept(routine(water, daily_limit=1), DAY), "hydration") == ["13:00"]


def test_a_slot_in_quiet_hours_takes_no_place() -> None:
    water = nudge("every 1 h from 09:00 to 12:00", "hydration")
    asleep = routine(water, daily_limit=2, quiet_hours=(quiet("08:00-10:30"),))
    assert kept(asleep, DAY) is None


def test_slots_after_midnight_count_on_their_owner_day() -> None:
    water = nudge("every 1 h from 22:00 to 02:00", "hydration", starts=DAY)
    found = kept(routine(water, daily_limit=2, quiet_hours=()), DAY)
    assert times(found, "hydration") == ["22:00", "26:00"]


def test_a_limit_of_zero_leaves_no_place() -> None:
    for limit in (0, -1):
        assert kept(routine(nudge("at 09:00 and 10:00"), daily_limit=limit), DAY) == frozenset()


def test_places_are_spread_for_every_share() -> None:
    wanted = [Place(1, when, "hydration") for when in range(10)]
    for share in range(1, 10):
        chosen = sorted(place.when for place in places(wanted, share))
        assert len(chosen) == share
        steps = {later - earlier for earlier, later in pairwise(chosen)}
        assert max(steps, default=0) - min(steps, default=0) <= 1

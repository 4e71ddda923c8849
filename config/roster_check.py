"""What can be wrong with people although each of their values reads well."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.contact import is_assigned, mask_phone
from config.fault import Fault, FaultPath, Place
from config.merging import preferences_of
from config.person import ChannelName, NudgePreference, Person, Preferences
from config.schedule import Anchor, Every, Moment, TimeOfDay
from config.settings import Plans, Settings, Wishes
from config.suggestion import did_you_mean

CONTACTS = {ChannelName.SMS: "phone", ChannelName.EMAIL: "email", ChannelName.APPRISE: "apprise"}
LONGEST_NAME = 64
"""Characters of a plan's name."""
SECTIONS = {ChannelName.SMS: "twilio", ChannelName.EMAIL: "smtp"}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One person of the file: where they stand, what was sound of what was written, and what that makes. Or a plan, as
    the person whom it stands for, with its name for an id."""

    path: FaultPath
    section: Wishes
    person: Person

    @property
    def sources(self) -> frozenset[FaultPath]:
        """Where their wishes are written: at the top, in their plan, with themselves."""
        plan = getattr(self.section, "plan", None)
        return frozenset({(), self.path} | ({("plans", plan)} if plan else set()))


def plans_as_people(settings: Settings, plans: Plans) -> list[Enrolled]:
    """Each plan of the file, to be checked like a person who is on it and wishes nothing else."""
    return [
        Enrolled(("plans", name), section, Person(name, preferences_of(Wishes(), plans.named[name])))
        for name, section in settings.plans.items()
    ]


def unknown_plan(name: str, plans: Plans) -> str:
    """The fault of who names a plan that is not there."""
    if not plans.named:
        return f'no plan "{name}": write it at the top of the file, below `plans:`'
    return f'no plan "{name}"' + (did_you_mean(name, plans.named) or f"; there are {', '.join(plans.named)}")


def roster_faults(
    settings: Settings,
    people: Sequence[Enrolled],
    plans: Sequence[Enrolled],
    places: Mapping[FaultPath, Place],
    languages: Collection[str],
) -> Iterator[Fault]:
    """`places` tells what was written at all: a value that is broken has its fault already and is not missed here."""
    yield from unknown_language(("language",), settings.language, languages)
    yield from _unfit_names(plans)
    yield from _missing_zones(people, places)
    yield from _doubled_ids(people, places)
    yield from _missing_sections([*plans, *people], places)
    for each in (*plans, *people):
        yield from unknown_language((*each.path, "language"), each.section.language, languages)
        yield from empty_days(each)
    for each in people:
        yield from _missing_contacts(each, places)
        yield from _unassigned_number(each)


def unknown_language(path: FaultPath, language: str | None, languages: Collection[str]) -> Iterator[Fault]:
    if language is not None and language not in languages:
        yield Fault(path, f'there are no messages in "{language}"; there are some in {", ".join(sorted(languages))}')


def _unfit_names(plans: Sequence[Enrolled]) -> Iterator[Fault]:
    for each in plans:
        name = each.person.id
        if name != name.strip() or not name or len(name) > LONGEST_NAME:
            yield Fault(each.path, f"a plan's name has 1 to {LONGEST_NAME} characters and no blank around it")


def _missing_zones(people: Sequence[Enrolled], places: Mapping[FaultPath, Place]) -> Iterator[Fault]:
    lacking = [each for each in people if not any((*source, "timezone") in places for source in each.sources)]
    if lacking:
        text = f"no time zone for {_named(lacking)}: write yours at the top of the file, `timezone: Europe/London`"
        yield Fault(lacking[0].path, text)


def _doubled_ids(people: Sequence[Enrolled], places: Mapping[FaultPath, Place]) -> Iterator[Fault]:
    first: dict[str, FaultPath] = {}
    for each in people:
        path = (*each.path, "id")
        if path in places and first.setdefault(each.person.id, path) != path:
            taken = places[first[each.person.id]]
            yield Fault(path, f'the id "{each.person.id}" is taken: see {taken}; give each person their own')


def _missing_sections(people: Sequence[Enrolled], places: Mapping[FaultPath, Place]) -> Iterator[Fault]:
    given = {path[0] for path in places if path}
    for channel, section in SECTIONS.items():
        using = [each for each in people if channel in channels_of(each.person.preferences)]
        if using and section not in given:
            where = channels_of(using[0].person.preferences)[channel]
            text = f"channel {channel}, for {_named(using)}, needs the `{section}:` settings at the top of the file"
            yield Fault((*using[0].path, *where), text)


def _missing_contacts(each: Enrolled, places: Mapping[FaultPath, Place]) -> Iterator[Fault]:
    for channel, where in channels_of(each.person.preferences).items():
        contact = CONTACTS.get(channel)
        if contact and (*each.path, contact) not in places:
            yield Fault((*each.path, *where), f'channel {channel} needs `{contact}:` for "{each.person.id}"')


def _unassigned_number(each: Enrolled) -> Iterator[Fault]:
    phone = each.person.contacts.phone
    if phone and not is_assigned(phone):
        text = f"no country gives out numbers like {mask_phone(phone)}: is a digit wrong?"
        yield Fault((*each.path, "phone"), text, warning=True)


def idle_people(people: Sequence[Enrolled]) -> Iterator[Fault]:
    """Warnings that make sense only where nothing else is wrong."""
    for each in people:
        if not any(nudge.on for nudge in each.person.preferences.nudges):
            text = f'no nudge is on for "{each.person.id}", so nothing will be sent; switch some on below `nudges:`'
            yield Fault(each.path, text, warning=True)


def channels_of(preferences: Preferences) -> dict[ChannelName, FaultPath]:
    """Every channel a person's messages may take, with the path (from the person) of what says so."""
    found: dict[ChannelName, FaultPath] = dict.fromkeys(preferences.channels, ("channel",))
    for nudge in preferences.nudges:
        if nudge.on:
            for channel in nudge.channels or ():
                found.setdefault(channel, ("nudges", nudge.nudge, "channel"))
    return found


def empty_days(each: Enrolled) -> Iterator[Fault]:
    """Times that are fine alone and leave nothing between them."""
    preferences = each.person.preferences
    if preferences.wake == preferences.bedtime:
        text = f'"{each.person.id}" gets up and goes to bed at {preferences.wake}: change `wake` or `bedtime`'
        yield Fault((*each.path, "bedtime"), text)
        return
    for nudge in preferences.nudges:
        ends = _ends(nudge, preferences)
        if ends and ends[0] == ends[1]:
            text = f'"{nudge.schedule}" begins and ends at {ends[0]} for "{each.person.id}": change one end'
            yield Fault((*each.path, "nudges", nudge.nudge), text)


def _ends(nudge: NudgePreference, preferences: Preferences) -> tuple[TimeOfDay, TimeOfDay] | None:
    if nudge.schedule is None or not isinstance(nudge.schedule.rule, Every) or nudge.schedule.rule.window is None:
        return None
    start, end = nudge.schedule.rule.window
    return _time(start, preferences), _time(end, preferences)


def _time(moment: Moment, preferences: Preferences) -> TimeOfDay:
    if isinstance(moment, TimeOfDay):
        return moment
    return preferences.wake if moment is Anchor.WAKE else preferences.bedtime


def _named(people: Sequence[Enrolled]) -> str:
    """`"me"`, or `"me", "ann", "eve" and 7 more`."""
    shown = ", ".join(f'"{each.person.id}"' for each in people[:3])
    return shown if len(people) <= 3 else f"{shown} and {len(people) - 3} more"

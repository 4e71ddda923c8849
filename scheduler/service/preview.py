"""What would be sent in a stretch of time, past or future, and what not: planning's own answer, with the words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from config.changes import UNCHANGED, Changes, reconciled, with_changes
from config.person import ChannelName, Person, Preferences
from config.routine import NudgeRoutine
from messages.rendering import Form
from messages.segments import segments
from scheduler.delivery.cause import slot_cause
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import NewDelivery
from scheduler.delivery.permission import silence
from scheduler.delivery.ports import Standing
from scheduler.delivery.routines import Routines
from scheduler.planning.plan import plan
from scheduler.planning.slot import Decided, Silence, Verdict
from scheduler.planning.spread import share_of
from scheduler.planning.zone import local_of
from scheduler.service.rehearsal import rehearse


@dataclass(frozen=True, slots=True)
class Asked:
    """A person and the stretch of time asked for: `start` included, `end` excluded, aware UTC."""

    person: Person
    """As the file or roster says."""
    start: datetime
    end: datetime
    changes: Changes = UNCHANGED
    """What they have changed themselves."""
    standing: Standing = field(default_factory=Standing)
    recorded: Mapping[str, int] | None = None
    """Per nudge, the deliveries recorded to be sent up to now: what the next text follows from. None: not known."""


@dataclass(frozen=True, slots=True)
class Words:
    """What would go out. Only preview, console, dry run and export may show it."""

    variant: int
    """Which of the texts, from 0."""
    segments: int | None
    """As SMS; None for email, which has none."""
    subject: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Previewed:
    """One occurrence with its verdict; silent ones have a reason and no words."""

    person: str
    nudge: str
    cause: str
    due: datetime
    local: datetime
    """The due instant in the person's own zone."""
    lifetime: timedelta
    channel: ChannelName
    discreet: bool
    action: Verdict
    reason: Silence | None = None
    words: Words | None = None


def preview(asked: Iterable[Asked], routines: Routines, wording: Wording, now: datetime) -> list[Previewed]:
    """Everything asked for, in order of due. Texts are counted on from what was recorded: the first nudge due after
    `now` gets the next text, those before it the ones before. Raises TemplateError.
    """
    found = [each for one in asked for each in _of_person(one, routines, wording, now)]
    return sorted(found, key=lambda each: (each.due, each.person))


def _of_person(asked: Asked, routines: Routines, wording: Wording, now: datetime) -> Iterator[Previewed]:
    file = asked.person.preferences
    changes = reconciled(file, asked.changes)
    person = replace(asked.person, preferences=with_changes(file, changes))
    routine = routines.of(person.preferences, asked.standing)
    barred = silence(asked.standing, person.preferences.consent)
    decided = [_silenced(each, barred) for each in plan(routine, asked.start, asked.end, share_of(person.id))]
    variants = _first_variants(decided, asked.recorded, now)
    stopped = routines.of(_stopped_ones(file, changes), asked.standing)
    decided += [
        _silenced(each, barred or Silence.STOPPED)
        for each in plan(stopped, asked.start, asked.end, share_of(person.id))
    ]
    nudges = {each.nudge: each for each in (*routine.nudges, *stopped.nudges)}
    for each in decided:
        nudge = nudges[each.occurrence.nudge]
        words = None
        if each.verdict is Verdict.SEND:
            words = _words(person, nudge, each, variants[nudge.nudge], wording)
            variants[nudge.nudge] += 1
        yield _previewed(person, nudge, each, words)


def _stopped_ones(file: Preferences, changes: Changes) -> Preferences:
    """What somebody would get of the kinds they stopped; those take no place of the daily limit from the others."""
    given = with_changes(file, replace(changes, stopped=frozenset()))
    return replace(given, nudges=tuple(each for each in given.nudges if each.nudge in changes.stopped))


def _silenced(decided: Decided, reason: Silence | None) -> Decided:
    return decided if reason is None else Decided(decided.occurrence, Verdict.SUPPRESSED, reason)


def _first_variants(decided: Sequence[Decided], recorded: Mapping[str, int] | None, now: datetime) -> Counter[str]:
    """The number of the first text of each nudge. It may be negative; texts are taken modulo their number."""
    if recorded is None:
        return Counter()
    sent = (each.occurrence for each in decided if each.verdict is Verdict.SEND)
    before = Counter(each.nudge for each in sent if each.due <= now)
    variants = Counter(recorded)
    variants.subtract(before)
    return variants


def _words(person: Person, nudge: NudgeRoutine, decided: Decided, variant: int, wording: Wording) -> Words:
    occurrence, channel = decided.occurrence, nudge.channels[0]
    new = NewDelivery(
        cause=slot_cause(person.id, nudge.nudge, occurrence.slot),
        person=person.id,
        kind=nudge.nudge,
        due_at=occurrence.due,
        expires_at=occurrence.due + nudge.lifetime,
        channels=nudge.channels,
        owner_day=occurrence.slot.owner_day,
        variant=variant,
    )
    message = rehearse(person, new, channel, wording, occurrence.due)
    form = Form.EMAIL if channel is ChannelName.EMAIL else Form.SMS
    texts = wording.renderer.variants(nudge.nudge, person.preferences.language, form)
    count = None if form is Form.EMAIL else segments(message.text).count
    return Words(variant % texts, count, message.subject, message.text)


def _previewed(person: Person, nudge: NudgeRoutine, decided: Decided, words: Words | None) -> Previewed:
    occurrence = decided.occurrence
    return Previewed(
        person=person.id,
        nudge=nudge.nudge,
        cause=slot_cause(person.id, nudge.nudge, occurrence.slot),
        due=occurrence.due,
        local=local_of(occurrence.due, person.preferences.timezone),
        lifetime=nudge.lifetime,
        channel=nudge.channels[0],
        discreet=person.preferences.discreet,
        action=decided.verdict,
        reason=decided.reason,
        words=words,
    )

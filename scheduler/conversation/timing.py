"""When and how often: SNOOZE, PAUSE, RESUME, LESS, MORE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from messages.message import Details
from scheduler.conversation.answer import AnswerKind
from scheduler.conversation.scene import Scene
from scheduler.delivery.cause import snooze_cause
from scheduler.delivery.correspondence import Reaction
from scheduler.delivery.delivery import Delivery, NewDelivery

SNOOZE = timedelta(minutes=30)
SHORTEST_SNOOZE, LONGEST_SNOOZE = timedelta(minutes=5), timedelta(hours=2)
"""Two hours is as far as what was asked for goes into quiet hours (TIME_RULES)."""
PAUSE = timedelta(days=3)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(hours=1), timedelta(weeks=8)
"""Whoever wants more wants STOP. A longer one asked for becomes this long, and the answer says until when."""
RAREST = 4
"""LESS goes from every slot to every 2nd and every 4th, no further: the next step is STOP."""


def snooze(scene: Scene) -> Reaction:
    """The last nudge comes once more, with its life from then on. A second snooze of it changes nothing, and is told
    when it comes; without a nudge, or where it came or was taken back, the answer says that there is none."""
    last = scene.who.last
    if last is None or last.kind not in scene.nudges():
        return scene.reaction(scene.answer("snoozed"))
    again = scene.now + min(max(scene.said.span or SNOOZE, SHORTEST_SNOOZE), LONGEST_SNOOZE)
    known = scene.who.snoozed_until
    answer = scene.answer("snoozed", Details(about=last.kind, until=known or again))
    if known is None:
        return scene.reaction(_once_more(last, again - scene.now, scene), answer)
    return scene.reaction(answer if known > scene.now else scene.answer("snoozed"))


def _once_more(last: Delivery, span: timedelta, scene: Scene) -> NewDelivery:
    due = scene.now + span
    return NewDelivery(
        cause=snooze_cause(last.id),
        person=last.person,
        kind=last.kind,
        due_at=due,
        expires_at=due + (last.expires_at - last.due_at),
        channels=last.channels,
        variant=last.variant,
        asked=True,
    )


def pause(scene: Scene) -> Reaction:
    """Nothing that stands in the plan is sent for a while."""
    until = scene.now + min(max(scene.said.span or PAUSE, SHORTEST_PAUSE), LONGEST_PAUSE)
    return scene.reaction(scene.answer("paused", Details(until=until)), paused_until=until, consents=("paused",))


def resume(scene: Scene) -> Reaction:
    """Ends a pause of theirs. One that stands in the file goes on, and the answer says so."""
    until = scene.who.preferences.paused_until
    if until is not None and until > scene.now:
        answer = scene.answer("paused", Details(until=until))
    else:
        answer = scene.answer("resumed")
    if scene.who.standing.paused_until is None:
        return scene.reaction(answer)
    return scene.reaction(answer, resumed=True, consents=("resumed",))


def less(scene: Scene) -> Reaction:
    """Every 2nd slot, then every 4th, of the kinds meant."""
    return _every(scene, "less", lambda now, file: max(file, min(2 * now, RAREST)))


def more(scene: Scene) -> Reaction:
    """Undoes one LESS, never beyond what the file says."""
    return _every(scene, "more", lambda now, file: max(file, now // 2))


def _every(scene: Scene, kind: AnswerKind, step: Callable[[int, int], int]) -> Reaction:
    """`step` is told every so-manieth slot now, and by the file. Where no kind is meant the answer names none."""
    meant, wished = scene.meant(), scene.wished
    if not meant:
        return scene.reaction(scene.answer(kind))
    file = {each.nudge: each.every_nth for each in scene.who.person.preferences.nudges}
    nudges = tuple(
        replace(each, every_nth=step(each.every_nth, file.get(each.nudge, 1))) if each.nudge in meant else each
        for each in wished.nudges
    )
    nths = {each.nudge: each.every_nth for each in nudges}
    answers = (scene.answer(kind, Details(about=each, nth=nths[each]), part=each) for each in meant)
    return scene.reaction(*answers, changes=scene.wishing(replace(wished, nudges=nudges)))

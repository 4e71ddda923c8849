"""What goes into the diary: DONE and CRAMP."""

from __future__ import annotations

from datetime import timedelta

from messages.message import Details
from scheduler.conversation.scene import DAY, Scene
from scheduler.delivery.correspondence import DiaryEntry, Noted, Reaction

RELIEF_APART = timedelta(minutes=2)
"""The relief text is long: twice within this it would only push itself off the screen."""
MANY_IN_A_DAY, MANY_IN_A_WEEK = 3, 7
"""From so many cramps on within 24 hours, or within 7 days, a healthcare provider should hear of them."""
READING = timedelta(seconds=5)
"""What follows a relief text is sent so much later, lest it overtake it."""


def done(scene: Scene) -> Reaction:
    """Counted for the day on the person's wall clock; the count is told with the first that a text brings on a day."""
    who, today = scene.who, scene.local_day(scene.now)
    kinds: tuple[str | None, ...] = scene.said.kinds or scene.meant() or (None,)
    noted = tuple(DiaryEntry(Noted.DONE, scene.now, kind) for kind in kinds)
    told = who.answered.get("done")
    if told is not None and scene.local_day(told) == today:
        return scene.reaction(noted=noted)
    count = sum(scene.local_day(each) == today for each in who.dones) + len(noted)
    return scene.reaction(scene.answer("done", Details(count=count)), noted=noted)


def cramp(scene: Scene) -> Reaction:
    """Relief at once. Every cramp is noted, also one that is too soon for another relief."""
    recent = scene.answered_within("relief", RELIEF_APART)
    return scene.reaction(
        None if recent else scene.answer("relief"),
        scene.answer("frequent_cramps", part="frequent", after=READING) if _many(scene) else None,
        noted=(DiaryEntry(Noted.CRAMP, scene.now),),
    )


def _many(scene: Scene) -> bool:
    """With this cramp they become many: not said again with each further one, only when there were fewer in between."""
    in_a_day = sum(scene.now - each < DAY for each in scene.who.cramps)
    return in_a_day + 1 == MANY_IN_A_DAY or len(scene.who.cramps) + 1 == MANY_IN_A_WEEK

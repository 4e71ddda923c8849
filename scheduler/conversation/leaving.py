"""What ends: BORN, LOSS, FORGET; and an operator who takes an end back."""

from __future__ import annotations

from scheduler.conversation.answer import AnswerKind
from scheduler.conversation.scene import Scene
from scheduler.delivery.correspondence import Approach, ConsentEntry, Correspondent, React, Reaction
from scheduler.delivery.standing import Ended


def born(scene: Scene) -> Reaction:
    """The nudges end with one friendly line; a cramp still gets its relief. Nothing they say takes it back."""
    return _end(scene, Ended.BORN, "born")


def loss(scene: Scene) -> Reaction:
    """Everything ends with one gentle line. From then on only STOP, HELP and FORGET do anything."""
    return _end(scene, Ended.LOSS, "loss")


def _end(scene: Scene, ended: Ended, kind: AnswerKind) -> Reaction:
    """After a stop it is only recorded, so that a START does not bring nudges back: a stop allows no further line."""
    answer = None if scene.who.standing.opted_out else scene.answer(kind)
    return scene.reaction(answer, ended=ended, consents=("ended",))


def forget(scene: Scene) -> Reaction:
    """Asks whether they mean it: it cannot be taken back."""
    return scene.reaction(scene.answer("forget_ask"))


def forget_me(scene: Scene) -> Reaction:
    """Everything goes once the answer is out, but for what keeps us from writing to them again."""
    return scene.reaction(scene.answer("forgotten"), forget=True, opted_out=True, consents=("forget",))


def restart(approach: Approach) -> React:
    """An operator's own decision that an end was a mistake; nothing else undoes one. It undoes no stop."""

    def react(who: Correspondent | None) -> Reaction:
        if who is None or who.standing.ended is None:
            return Reaction("restart")
        entry = ConsentEntry(approach.at, "restarted", approach.way)
        return Reaction("restart", restarted=True, consents=(entry,))

    return react

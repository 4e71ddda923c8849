"""What changes nothing, or only how we speak: HELP, a language, thanks."""

from __future__ import annotations

from dataclasses import replace

from config.person import Consent
from scheduler.conversation.consenting import unclear
from scheduler.conversation.scene import Scene
from scheduler.delivery.correspondence import Reaction


def explain(scene: Scene) -> Reaction:
    """Who we are, what can be said at present, and how it ends."""
    who = scene.who
    if who.standing.ended is not None:
        return scene.reaction(scene.answer("help_ended"))
    if who.standing.opted_out:
        return scene.reaction(scene.answer("help_stopped"))
    if who.preferences.consent is Consent.ASKED:
        return scene.reaction(scene.answer("consent"))
    return scene.reaction(scene.answer("help"))


def language(scene: Scene) -> Reaction:
    """The answer already comes in that language. One that no texts exist in is not understood."""
    wanted = scene.said.language
    if wanted is None or wanted not in scene.house.languages:
        return unclear(scene)
    changes = scene.wishing(replace(scene.wished, language=wanted))
    return scene.reaction(scene.answer("language"), changes=changes)


def courtesy(scene: Scene) -> Reaction:
    """Thanks are not answered."""
    return scene.nothing()

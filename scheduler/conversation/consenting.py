"""Who may be written to, and about what: STOP, START, YES, NO."""

from __future__ import annotations

from dataclasses import replace

from config.person import Consent
from messages.message import Details
from scheduler.conversation.answer import AnswerKind
from scheduler.conversation.scene import DAY, Scene
from scheduler.delivery.cause import welcome_cause
from scheduler.delivery.correspondence import Reaction, Way
from scheduler.delivery.delivery import NewDelivery
from scheduler.delivery.standing import Ended


def stop(scene: Scene) -> Reaction:
    """Everything, on every contact they have. Said again it changes nothing and is not confirmed again: carriers allow
    one confirmation, and a machine that answers with the word would never end."""
    lost = scene.who.standing.ended is Ended.LOSS
    told = scene.said.lost and not lost
    ended = Ended.LOSS if told else None
    if scene.who.standing.opted_out:
        return scene.reaction(opted_out=True, ended=ended)
    # After a loss nothing may say that START brings messages back, for it does not.
    kind: AnswerKind = "loss" if told else "help_ended" if lost else "stopped"
    lines = ("stopped", "ended") if told else ("stopped",)
    return scene.reaction(scene.answer(kind), opted_out=True, ended=ended, consents=lines)


def stop_one(scene: Scene) -> Reaction:
    """These kinds, whatever the file says from now on; also those they do not get at present."""
    kinds = scene.said.kinds
    changes = replace(scene.who.changes, stopped=scene.who.changes.stopped | set(kinds))
    fresh = tuple(f"stopped {kind}" for kind in kinds if kind not in scene.who.changes.stopped)
    answers = (scene.answer("stopped_one", Details(about=kind), part=kind) for kind in kinds)
    return scene.reaction(*answers, changes=changes, consents=fresh)


def start(scene: Scene) -> Reaction:
    """Back from a stop; who had not stopped gets back the kinds they had. A pause ends too: they want to hear from us.
    It never undoes an end, and is no agreement."""
    who = scene.who
    paused = who.standing.paused_until is not None
    if who.standing.opted_out:
        return scene.reaction(
            scene.answer(_after_return(scene)), opted_out=False, resumed=paused, consents=("came back",)
        )
    if who.standing.ended is not None:
        return scene.nothing()
    if who.preferences.consent is Consent.ASKED:
        return unasked(scene)
    fresh = tuple(f"came back {kind}" for kind in sorted(who.changes.stopped))
    changes = replace(who.changes, stopped=frozenset()) if fresh else None
    return scene.reaction(scene.answer("back"), changes=changes, resumed=paused, consents=fresh)


def _after_return(scene: Scene) -> AnswerKind:
    if scene.who.standing.ended is not None:
        return "help_ended"
    return "consent" if scene.who.preferences.consent is Consent.ASKED else "back"


def start_one(scene: Scene) -> Reaction:
    """Kinds that they had stopped; one that the file does not give them is not theirs to start by a word."""
    given = {each.nudge for each in scene.wished.nudges if each.on}
    kinds = tuple(kind for kind in scene.said.kinds if kind in given)
    if not kinds:
        return unclear(scene)
    fresh = tuple(f"came back {kind}" for kind in kinds if kind in scene.who.changes.stopped)
    changes = replace(scene.who.changes, stopped=scene.who.changes.stopped - set(kinds)) if fresh else None
    answers = (scene.answer("back_one", Details(about=kind), part=kind) for kind in kinds)
    return scene.reaction(*answers, changes=changes, consents=fresh)


def yes(scene: Scene) -> Reaction:
    """Agrees where we asked; takes back a stop. Toll-free carriers take only START and UNSTOP for a return, so there a
    yes brings nobody back; nor does a link, which is as old as the request it stood in."""
    who = scene.who
    lifts = who.standing.opted_out and not scene.house.toll_free and scene.approach.way is not Way.LINK
    if who.preferences.consent is Consent.ASKED:
        if who.standing.opted_out and scene.house.toll_free:
            return scene.nothing()
        changes = replace(who.changes, agreed=True)
        opted_out = False if who.standing.opted_out else None
        return scene.reaction(_welcome(scene), changes=changes, opted_out=opted_out, consents=("agreed",))
    if lifts:
        return scene.reaction(scene.answer("back"), opted_out=False, consents=("came back",))
    return scene.nothing() if who.standing.opted_out else unclear(scene)


def _welcome(scene: Scene) -> NewDelivery:
    """What they agreed to, at once and whatever answers: its cause makes it happen once."""
    return NewDelivery(
        cause=welcome_cause(scene.who.person.id),
        person=scene.who.person.id,
        kind="welcome",
        due_at=scene.now,
        expires_at=scene.now + DAY,
        channels=scene.who.preferences.channels,
        asked=True,
    )


def no(scene: Scene) -> Reaction:
    """To the request for consent: the same as a stop."""
    if scene.who.preferences.consent is not Consent.ASKED:
        return unclear(scene)
    return scene.reaction(scene.answer("stopped"), opted_out=True, consents=("declined",))


def unclear(scene: Scene) -> Reaction:
    """A short help, at most once a day."""
    if scene.answered_within("unclear", DAY):
        return scene.nothing()
    return scene.reaction(scene.answer("unclear"))


def unasked(scene: Scene) -> Reaction:
    """Anything else from somebody who has not agreed yet: the request once more, at most once a day."""
    if scene.answered_within("consent", DAY):
        return scene.nothing()
    return scene.reaction(scene.answer("consent"))

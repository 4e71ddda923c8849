"""What somebody's words and clicks do. The outbox calls what these functions give inside its transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from config.person import Consent
from messages.catalogue import NUDGES
from scheduler.conversation import asking, consenting, leaving, noting, timing
from scheduler.conversation.house import House
from scheduler.conversation.links import Action, ActionName
from scheduler.conversation.scene import Scene
from scheduler.conversation.understanding import understand
from scheduler.conversation.word import Said, Word
from scheduler.delivery.correspondence import Approach, Correspondent, React, Reaction, Way
from scheduler.delivery.standing import Ended

WORDS: Mapping[Word, Callable[[Scene], Reaction]] = MappingProxyType(
    {
        Word.STOP: consenting.stop,
        Word.STOP_ONE: consenting.stop_one,
        Word.START: consenting.start,
        Word.START_ONE: consenting.start_one,
        Word.YES: consenting.yes,
        Word.NO: consenting.no,
        Word.HELP: asking.explain,
        Word.DONE: noting.done,
        Word.SNOOZE: timing.snooze,
        Word.LESS: timing.less,
        Word.MORE: timing.more,
        Word.PAUSE: timing.pause,
        Word.RESUME: timing.resume,
        Word.CRAMP: noting.cramp,
        Word.LANGUAGE: asking.language,
        Word.BORN: leaving.born,
        Word.LOSS: leaving.loss,
        Word.FORGET: leaving.forget,
        Word.FORGET_ME: leaving.forget_me,
        Word.COURTESY: asking.courtesy,
        Word.UNCLEAR: consenting.unclear,
    }
)
AFTER_LOSS = frozenset({Word.STOP, Word.HELP, Word.FORGET, Word.FORGET_ME})
AFTER_STOP = AFTER_LOSS | {Word.START, Word.YES, Word.BORN, Word.LOSS}
AFTER_BIRTH = AFTER_LOSS | {Word.START, Word.LOSS, Word.CRAMP, Word.LANGUAGE}
BEFORE_CONSENT = AFTER_STOP | {Word.NO, Word.LANGUAGE}
"""What still does something then. Where several hold, only what all of them allow."""
PROVIDERS_WORDS = frozenset(
    {
        *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        *("START", "UNSTOP", "YES", "HELP", "INFO"),
    }
)
"""What Twilio answers by itself when it is the whole message, unless it was told not to."""

_LINKS = {
    ActionName.DONE: Word.DONE,
    ActionName.SNOOZE: Word.SNOOZE,
    ActionName.LESS: Word.LESS,
    ActionName.PAUSE: Word.PAUSE,
    ActionName.AGREE: Word.YES,
    ActionName.STOP_ONE: Word.STOP_ONE,
    ActionName.STOP_ALL: Word.STOP,
}
_EACH_TIME = {ActionName.PAUSE, ActionName.STOP_ONE, ActionName.STOP_ALL}


def hear(text: str, approach: Approach, house: House) -> React:
    """What a text does; everything counts from `approach.at`. With the way PROVIDER the text is the word that the
    provider itself acted on, STOP, START or HELP: we follow and say nothing."""
    answered = house.handles_stop_words and text.strip().upper() in PROVIDERS_WORDS
    return _react(understand(text), approach, house, answering=approach.way is Way.SMS and not answered)


def follow(action: Action, approach: Approach, house: House) -> React:
    """What a link does; the page says what came of it, so no message does. See `following` for its approach."""
    kinds = (action.about,) if action.about in NUDGES else ()
    word = _LINKS[action.name]
    if word is Word.STOP_ONE and not kinds:
        # A link that does not tell what it stops stops everything: better too much than not at all.
        word = Word.STOP
    return _react(Said(word, kinds), approach, house, answering=False)


def following(action: Action, person: str, at: datetime) -> Approach:
    """The approach that following a link is. A second click of what counts or lessens does nothing; one that stops or
    pauses holds each time, for much may have been said in between."""
    again = f":{at.isoformat()}" if action.name in _EACH_TIME else ""
    name = f"link:{action.delivery}:{action.name}{again}"
    return Approach(name, Way.LINK, at, person=person, delivery=action.delivery)


def _react(said: Said, approach: Approach, house: House, *, answering: bool) -> React:
    def react(who: Correspondent | None) -> Reaction:
        if who is None:
            return Reaction(said.recorded, opted_out=True if said.word is Word.STOP else None)
        scene = Scene(said, approach, who, house, answering)
        if said.word in _heard(who) and not _overtaken(said, approach, who):
            return WORDS[said.word](scene)
        waiting = who.preferences.consent is Consent.ASKED and not who.standing.opted_out
        silent = said.word is Word.COURTESY or who.standing.ended is not None
        return consenting.unasked(scene) if waiting and not silent else scene.nothing()

    return react


def _overtaken(said: Said, approach: Approach, who: Correspondent) -> bool:
    """Whether it would bring somebody back who said stop after it, and only came later on its way."""
    return said.word in {Word.START, Word.YES} and who.stopped_at is not None and approach.at < who.stopped_at


def _heard(who: Correspondent) -> frozenset[Word]:
    """What does something as this person stands."""
    heard = frozenset(Word)
    if who.standing.ended is Ended.LOSS:
        heard &= AFTER_LOSS
    if who.standing.ended is Ended.BORN:
        heard &= AFTER_BIRTH
    if who.standing.opted_out:
        heard &= AFTER_STOP
    if who.preferences.consent is Consent.ASKED:
        heard &= BEFORE_CONSENT
    return heard

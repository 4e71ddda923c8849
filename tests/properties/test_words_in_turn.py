"""Any words in any order: what ended stays ended, who has stopped hears nothing, nobody is brought back unasked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from config.person import Consent
from scheduler.conversation.folding import words_of
from scheduler.conversation.house import House
from scheduler.conversation.links import ActionName
from scheduler.conversation.scene import ALWAYS_ANSWERED, MOST_ANSWERS
from scheduler.delivery.correspondence import Reaction, Way
from scheduler.delivery.permission import refusal
from scheduler.delivery.standing import Ended, Standing
from tests.standins.fuzzing import examples
from tests.standins.spellings import EVERY_SPELLING
from tests.standins.talk import Talk, nudge, person

KINDS = ("", " water", " fruit", " agua", " 3 days", " 1h", " magnesium", " banana and water")
AFTER_LOSS = {"stopped", "help_ended", "forget_ask", "forgotten", "loss"}
texts = st.builds(str.__add__, st.sampled_from([spelling for _, spelling in EVERY_SPELLING]), st.sampled_from(KINDS))


@dataclass(frozen=True)
class Before:
    """How things stood."""

    standing: Standing
    consent: Consent
    stopped: frozenset[str]
    diary: int


class AnyTalk(RuleBasedStateMachine):
    """Random words and clicks; each is judged against how things stood before it."""

    @initialize(
        consent=st.sampled_from(Consent),
        provider=st.booleans(),
        toll_free=st.booleans(),
        last=st.sampled_from([True, False]),
    )
    def begin(self, *, consent: Consent, provider: bool, toll_free: bool, last: bool) -> None:
        self.talk = Talk(person(consent=consent), House(handles_stop_words=provider, toll_free=toll_free))
        self.talk.last = nudge(1) if last else None

    @rule(text=texts)
    def say(self, text: str) -> None:
        before = self._before()
        self._check(before, self.talk.say(text), set(words_of(text)))

    @rule(word=st.sampled_from(["STOP", "LOSS", "BORN", "START", "YES", "CRAMP", "STOP WATER"]))
    def say_what_matters(self, word: str) -> None:
        self.say(word)

    @rule(word=st.sampled_from(["STOP", "START", "HELP"]))
    def say_to_the_provider(self, word: str) -> None:
        before = self._before()
        reaction = self.talk.say(word, Way.PROVIDER)
        assert reaction.answers == ()
        self._check(before, reaction, {word.lower()})

    @rule(name=st.sampled_from(ActionName), about=st.sampled_from(["hydration", "potassium", "welcome", ""]))
    def click(self, name: ActionName, about: str) -> None:
        before = self._before()
        reaction = self.talk.click(name, about)
        assert not any(each.cause.startswith("reply:") for each in reaction.answers)
        asked = before.consent is Consent.ASKED
        self._check(before, reaction, {name.value} if asked else set())

    @rule(hours=st.sampled_from([0, 1, 5, 24, 24 * 8]))
    def wait(self, hours: int) -> None:
        self.talk.wait(hours=hours, minutes=1)

    @rule(number=st.integers(2, 9))
    @precondition(lambda self: self.talk.last is not None)
    def a_nudge_goes_out(self, number: int) -> None:
        self.talk.last = nudge(number, "potassium")

    def _before(self) -> Before:
        talk = self.talk
        return Before(talk.standing, talk.preferences.consent, talk.changes.stopped, len(talk.diary))

    def _check(self, before: Before, reaction: Reaction, words: set[str]) -> None:
        self._nothing_comes_unasked(before, words)
        self._every_answer_may_go(before, reaction)
        if before.standing.ended is Ended.LOSS:
            self._loss_absorbs(before, reaction)
        if before.consent is Consent.ASKED and self.talk.preferences.consent is Consent.ASKED:
            assert len(self.talk.diary) == before.diary
            assert not reaction.paused_until

    def _nothing_comes_unasked(self, before: Before, words: set[str]) -> None:
        standing = self.talk.standing
        if before.standing.opted_out and not standing.opted_out:
            assert words & {"start", "unstop"} or words & {"yes", "y", "agree", "si", "acepto"}
        if before.stopped - self.talk.changes.stopped:
            assert words & {"start", "unstop"}
        if before.consent is not self.talk.preferences.consent:
            assert words & {"yes", "y", "agree", "si", "acepto"}
        if words & {"stop", "unsubscribe", "basta"} and not self.talk.changes.stopped - before.stopped:
            assert standing.opted_out or standing.ended or before.consent is Consent.ASKED or before.stopped

    def _every_answer_may_go(self, before: Before, reaction: Reaction) -> None:
        """No answer is recorded that delivery would then refuse."""
        for each in reaction.answers:
            assert refusal(each.kind, self.talk.standing, self.talk.preferences.consent) is None, each.kind
            assert each.asked
            assert each.due_at < each.expires_at
        assert len({each.cause for each in reaction.answers}) == len(reaction.answers)
        if before.standing.opted_out and self.talk.standing.opted_out:
            assert {each.kind for each in reaction.answers} <= {"help_stopped", "help_ended", "forget_ask", "forgotten"}

    def _loss_absorbs(self, before: Before, reaction: Reaction) -> None:
        assert self.talk.standing.ended is Ended.LOSS
        assert {each.kind for each in reaction.answers} <= AFTER_LOSS - {"loss"}
        assert (reaction.noted, reaction.changes, reaction.paused_until) == ((), None, None)
        assert not (before.standing.opted_out and not self.talk.standing.opted_out)

    @invariant()
    def nothing_is_held_of_them_after_a_loss(self) -> None:
        if self.talk.standing.ended is Ended.LOSS:
            assert self.talk.diary == []

    @invariant()
    def every_nudge_comes_at_most_as_often_as_the_file_says(self) -> None:
        assert {each.every_nth for each in self.talk.preferences.nudges} <= {1, 2, 4}

    @invariant()
    def nobody_gets_more_answers_than_they_may(self) -> None:
        hour_ago = self.talk.now - timedelta(hours=1)
        lately = [each for each in self.talk.answers if each.due_at > hour_ago and each.cause.startswith("reply:")]
        counted = [each for each in lately if each.kind not in ALWAYS_ANSWERED]
        # A text that names several kinds is answered for each, or not at all.
        assert len(counted) < MOST_ANSWERS + 3


AnyTalk.TestCase.settings = settings(examples(0.75), stateful_step_count=30)
TestAnyTalk = AnyTalk.TestCase

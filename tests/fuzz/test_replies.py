"""Whatever somebody texts or makes of a link: understood or not, what it does is something that can be done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from config.changes import from_text, to_text
from config.person import Consent
from scheduler.conversation.house import House
from scheduler.conversation.links import Action, ActionName, Links
from scheduler.conversation.understanding import understand
from scheduler.conversation.word import Said
from scheduler.delivery.permission import refusal
from tests.standins.fuzzing import examples, texts, with_slips
from tests.standins.spellings import EVERY_SPELLING
from tests.standins.talk import Talk, person

LINKS = Links(b"key", "https://legup.example")
ACTION = Action("handle", 7, ActionName.DONE, "hydration")
TOKEN = LINKS.action_url(ACTION).rsplit("/", 1)[1]

said = st.sampled_from([spelling for _, spelling in EVERY_SPELLING]).flatmap(with_slips)


@given(texts | said | st.text(max_size=2_000))
@examples(2)
def test_any_text_is_understood_in_one_way(text: str) -> None:
    assert isinstance(understand(text), Said)


@given(lines=st.lists(texts | said, max_size=8), consent=st.sampled_from(Consent), provider=st.booleans())
@examples(1)
def test_whatever_is_said_can_be_carried_out(*, lines: list[str], consent: Consent, provider: bool) -> None:
    talk = Talk(person(consent=consent), House(handles_stop_words=provider))
    for line in lines:
        reaction = talk.say(line)
        assert from_text(to_text(talk.changes)) == talk.changes
        assert all(refusal(each.kind, talk.standing, talk.preferences.consent) is None for each in reaction.answers)


@given(texts | with_slips(TOKEN))
@examples(1)
def test_a_link_with_slips_is_ours_or_nobodys(token: str) -> None:
    assert LINKS.read_action(token) in {None, ACTION}
    assert LINKS.read_page(token) is None

"""What texts mean, spelling by spelling, and the ones that look like a word and are none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from messages.catalogue import NUDGES
from scheduler.conversation import vocabulary
from scheduler.conversation.kinds import FILLERS, KINDS, kinds_of
from scheduler.conversation.understanding import understand
from scheduler.conversation.vocabulary import LANGUAGES, SPELLINGS, STOP_FIRST, phrases
from scheduler.conversation.word import Said, Word
from tests.standins.spellings import EVERY_SPELLING

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(("word", "spelling"), EVERY_SPELLING)
def test_every_spelling_is_understood(word: Word, spelling: str) -> None:
    assert understand(spelling).word is word
    assert understand(f"  ¡{spelling.upper()}!! ").word is word


def test_no_spelling_means_two_words() -> None:
    spellings = [spelling for _, spelling in EVERY_SPELLING]
    assert sorted(set(spellings)) == sorted(spellings)


def test_spellings_are_folded_as_texts_are() -> None:
    tables = (STOP_FIRST, LANGUAGES, FILLERS, vocabulary.AROUND_CRAMP, *SPELLINGS.values(), *KINDS.values())
    for words in phrases(*tables):
        assert all(word.isascii() and word.islower() for word in words), words


@pytest.mark.parametrize(
    "text",
    [
        *("STOP", "stop", " Stop. ", "STOP!!!", "*stop*", "\u201cSTOP\u201d", "s.t.o.p", "S T O P", "Stóp"),
        *(
            "\uff33\uff34\uff2f\uff30",
            "\U0001d412\U0001d413\U0001d40e\U0001d40f",
            "Ⓢⓣⓞⓟ",
            "st\u200bop",
            "🛑 stop",
            "STOP🙏",
            "stop stop stop",
            "\nSTOP\n\nSent from my phone",
        ),
        *("Please stop", "ok thanks, stop", "Hola, basta por favor", "STOP PLEASE", "STOP WATRE", "Stop texting me"),
        *("stop everything", "STOP WATER AND EVERYTHING", "stop water, stop", "Opt-Out", "opt out please", "STOP-ALL"),
        *("end of this please", "Cancel my plan", "¡Pára!", "BAJA", "darme de baja", "dejen de escribirme"),
        *("paren de mandar mensajes", "alto a los mensajes", "No más mensajes", "wrong number", "STOP START", "stop?"),
        *("stop water and all the rest", "basta de agua y todo", "para ya", "basta de agua, de todos"),
    ],
)
def test_a_stop_is_a_stop_however_it_is_put(text: str) -> None:
    assert understand(text) == Said(Word.STOP)


@pytest.mark.parametrize(
    "text",
    [
        *("don't stop", "the bus stop is far", "para mañana", "salir a caminar", "fin de semana", "baja la fiebre"),
        *("weekend", "I can't end this", "no more pain", "no más dolor", "stopover", "", " ", "?", "hola", "banana"),
        *("start my day", "startle", "START EVERYTHING", "yes but no", "done with these messages", "help yourself"),
        *("forget it", "pause until friday", "pause 0", "snooze tomorrow", "snooze 99999", "30", "less is more"),
        *("no cramps last night", "are cramps normal", "sin calambres", "pressed for time", "born to run", "LOSS?"),
        *("is the baby born?", "I am afraid of a miscarriage", "I had a miscarriage last year", "estoy perdida"),
        *("could I have lost the baby", "I lost the baby weight", "¿perdí al bebé?", "my friend lost her baby"),
    ],
)
def test_what_is_none_of_the_words_is_unclear(text: str) -> None:
    assert understand(text) == Said(Word.UNCLEAR)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("STOP WATER", Said(Word.STOP_ONE, ("hydration",))),
        ("stop the water reminders please", Said(Word.STOP_ONE, ("hydration",))),
        ("Basta de agua", Said(Word.STOP_ONE, ("hydration",))),
        ("STOP sending me fruit, I hate it", Said(Word.STOP_ONE, ("potassium",))),
        ("stop water and stretch", Said(Word.STOP_ONE, ("hydration", "bedtime_stretch"))),
        ("stop water, stop walks, stop water", Said(Word.STOP_ONE, ("hydration", "daily_exercise"))),
        ("START WATER", Said(Word.START_ONE, ("hydration",))),
        ("unstop the fruit", Said(Word.START_ONE, ("potassium",))),
        ("DONE water", Said(Word.DONE, ("hydration",))),
        ("✅", Said(Word.DONE)),
        ("Done ✅ x", Said(Word.DONE)),
        ("less water", Said(Word.LESS, ("hydration",))),
        ("Menos mensajes", Said(Word.LESS)),
        ("MÁS AGUA", Said(Word.MORE, ("hydration",))),
        ("not now", Said(Word.SNOOZE)),
        ("Español", Said(Word.LANGUAGE, language="es")),
        ("English please", Said(Word.LANGUAGE, language="en")),
    ],
)
def test_kinds_and_languages_belong_to_their_word(text: str, said: Said) -> None:
    assert understand(text) == said


@pytest.mark.parametrize(
    ("text", "word", "span"),
    [
        ("SNOOZE", Word.SNOOZE, None),
        ("SNOOZE 30", Word.SNOOZE, 30 * MINUTE),
        ("snooze 1h", Word.SNOOZE, HOUR),
        ("Snooze 2 h", Word.SNOOZE, 2 * HOUR),
        ("snooze for 45 min please", Word.SNOOZE, 45 * MINUTE),
        ("snooze 1h30", Word.SNOOZE, 90 * MINUTE),
        ("SNOOZE 1 h 15 min", Word.SNOOZE, 75 * MINUTE),
        ("snooze half an hour", Word.SNOOZE, 30 * MINUTE),
        ("snooze an hour", Word.SNOOZE, HOUR),
        ("posponer media hora", Word.SNOOZE, 30 * MINUTE),
        ("en un minuto", Word.UNCLEAR, None),
        ("PAUSE", Word.PAUSE, None),
        ("PAUSE 3", Word.PAUSE, 3 * DAY),
        ("pause 3days", Word.PAUSE, 3 * DAY),
        ("pause for two weeks", Word.PAUSE, 14 * DAY),
        ("pause 1 month", Word.PAUSE, 30 * DAY),
        ("PAUSA 3 DÍAS", Word.PAUSE, 3 * DAY),
        ("pausa una semana", Word.PAUSE, 7 * DAY),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(text: str, word: Word, span: timedelta | None) -> None:
    assert understand(text) == Said(word, span=span)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "CRAMP",
            "cramp!!!!",
            "ow cramp",
            "Leg cramp, help",
            "HELP CRAMP",
            "another bad cramp in my calf",
            "charley horse",
        ),
        *(
            "I got a charley horse",
            "tengo un calambre",
            "¡Calambre!",
            "me dio un calambre en la pierna",
            "ay otro calambre",
        ),
    ],
)
def test_a_cramp_is_heard_through_what_people_put_around_it(text: str) -> None:
    assert understand(text) == Said(Word.CRAMP)


@pytest.mark.parametrize(
    "text", ["I lost the baby yesterday", "We lost our baby.", "I had a miscarriage", "perdí al bebé", "Mi bebé murió"]
)
def test_a_loss_that_is_told_is_heard(text: str) -> None:
    assert understand(text) == Said(Word.LOSS)


@pytest.mark.parametrize("told", [" ".join(words) for words in sorted(phrases(vocabulary.LOSS_TOLD))])
def test_a_loss_is_heard_amid_other_words_unless_they_doubt(told: str) -> None:
    assert understand(f"so sorry to tell you {told} on monday") == Said(Word.LOSS)
    assert understand(f"{told}?") == Said(Word.UNCLEAR)


@pytest.mark.parametrize("doubt", [" ".join(words) for words in sorted(phrases(vocabulary.DOUBT))])
def test_every_word_of_doubt_is_one(doubt: str) -> None:
    assert understand(f"{doubt} i miscarried") == Said(Word.UNCLEAR)


@pytest.mark.parametrize(("text", "word"), [("done?", Word.DONE), ("help???", Word.HELP), ("¿sí?", Word.YES)])
def test_other_words_may_be_asked(text: str, word: Word) -> None:
    assert understand(text).word is word


@pytest.mark.parametrize(
    "courtesy", [" ".join(words) for words in sorted(phrases(vocabulary.GREETINGS, vocabulary.COURTESIES))]
)
def test_courtesies_around_a_word_are_passed_over(courtesy: str) -> None:
    assert understand(f"{courtesy}, done").word is Word.DONE
    assert understand(f"Done, {courtesy}!").word is Word.DONE


@pytest.mark.parametrize("word", ["now", "right now", "x", "xx", "xxx", "ahora", "ahora mismo"])
def test_what_only_follows_is_passed_over_there_and_not_before(word: str) -> None:
    assert understand(f"help {word}").word is Word.HELP
    assert understand(f"{word} help").word is Word.UNCLEAR


def test_a_stop_that_tells_of_a_loss_is_both() -> None:
    assert understand("STOP I lost the baby") == Said(Word.STOP, lost=True)
    assert understand("STOP WATER I lost the baby") == Said(Word.STOP, lost=True)
    assert understand("STOP. Is it true that I lost the baby?") == Said(Word.STOP)


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "Thank you so much!",
        "ok",
        "👍",
        "❤️",
        "gracias",
        "Liked “Time for some water”",
        "👍 to “Up”",
        "Le gustó “Agua”",
    ],
)
def test_thanks_and_thumbs_want_nothing(text: str) -> None:
    assert understand(text) == Said(Word.COURTESY)


def test_born_and_loss_are_neither_shown_nor_recorded_by_name() -> None:
    for text in ("BORN", "LOSS"):
        said = understand(text)
        assert said.recorded == "ended"
        assert text.lower() not in repr(said).lower()
    assert understand("DONE").recorded == "done"


def test_every_nudge_has_words_in_every_language_and_no_word_means_two() -> None:
    assert set(KINDS) == set(NUDGES)
    spelt = [spelling for table in KINDS.values() for texts in table.values() for spelling in texts]
    assert all(table["en"] and table["es"] for table in KINDS.values())
    assert len(set(spelt)) == len(spelt)
    assert not phrases(FILLERS) & phrases(*KINDS.values())


def test_kinds_are_read_from_the_front_and_the_rest_is_left() -> None:
    assert kinds_of(("the", "legs", "up", "and", "legs", "then", "water")) == (("legs_up",), ("then", "water"))
    assert kinds_of(()) == ((), ())

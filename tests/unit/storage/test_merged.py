from __future__ import annotations

from dataclasses import replace

from config.changes import Changes, Wish, to_text
from config.document import from_document, to_document
from config.person import Consent, NudgePreference, Preferences
from scheduler.storage.merged import Merged, agrees_first, merge, unchanged

FILE = Preferences("Europe/London", nudges=(NudgePreference("hydration"), NudgePreference("potassium")))
FILED = to_document(FILE)
NO_WATER = Changes(stopped=frozenset({"hydration"}))


def written(changes: Changes) -> str:
    text = to_text(changes)
    assert text is not None
    return text


def test_who_changed_nothing_gets_what_the_file_says() -> None:
    assert unchanged(FILE) == Merged(FILE, FILED, FILED)


def test_what_they_changed_is_laid_over_the_file() -> None:
    merged = merge(FILE, FILED, written(NO_WATER), FILED)
    assert [each.on for each in merged.preferences.nudges] == [False, True]
    assert merged.document == to_document(merged.preferences)
    assert merged.changes == to_text(NO_WATER)
    assert not merged.overruled


def test_equal_documents_share_their_preferences() -> None:
    merged = merge(FILE, FILED, written(NO_WATER), FILED)
    assert merged.preferences is from_document(merged.document)
    same = merge(FILE, FILED, written(Changes(agreed=True)), FILED)
    assert same.preferences is FILE


def test_a_file_that_says_something_new_overrules_a_wish_and_nothing_else() -> None:
    changes = replace(NO_WATER, wishes={"language": Wish('"es"', "null")})
    french = replace(FILE, language="fr")
    merged = merge(french, to_document(french), written(changes), FILED)
    assert (merged.preferences.language, merged.overruled) == ("fr", True)
    assert merged.changes == to_text(NO_WATER)


def test_the_last_wish_that_is_overruled_leaves_nothing_to_keep() -> None:
    changes = Changes(wishes={"language": Wish('"es"', "null")})
    french = replace(FILE, language="fr")
    document = to_document(french)
    assert merge(french, document, written(changes), FILED) == Merged(french, document, document, overruled=True)


def test_changes_that_cannot_be_read_leave_everything_as_it_was() -> None:
    """Else a damaged row would bring back what was stopped."""
    before = merge(FILE, FILED, written(NO_WATER), FILED)
    merged = merge(replace(FILE, language="fr"), "french", "damaged", before.document)
    assert merged == Merged(before.preferences, "french", before.document, "damaged")


def test_a_person_agrees_when_the_file_first_says_so() -> None:
    asked = replace(FILE, consent=Consent.ASKED)
    assert agrees_first(FILE, None)
    assert agrees_first(FILE, to_document(asked))
    assert not agrees_first(FILE, FILED)
    assert not agrees_first(asked, None)

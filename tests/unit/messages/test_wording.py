"""The rules for every text, one test each. Readability has its own file."""

from __future__ import annotations

import difflib
import itertools
import re
from functools import cache

import pytest

from messages.catalogue import CATALOGUE, NUDGES
from messages.library import PACKAGED, Library
from messages.rendering import Context, Form
from messages.segments import segments
from tests.standins.wording import RENDERER, Said, bodies, said

LANGUAGES = RENDERER.languages()
of_language = pytest.mark.parametrize("language", LANGUAGES)
of_kind = pytest.mark.parametrize("kind", CATALOGUE)
of_nudge = pytest.mark.parametrize("nudge", NUDGES)
of_form = pytest.mark.parametrize("form", Form)

PROMISES = (
    r"\b(will (stop|help|cure|end|go away|prevent)|cures?|guarantee|always works|never again|cura[nr]?|garantiza)\b"
)
DIAGNOSES = r"diagnos|thrombo|\bclots?\b|deficien|trombo|co[aá]gulo|déficit|\b(lack|low) (of|on|in) |te falta potasio"
DOSES = r"\d\s*(mg|mcg|µg|g|ml|l|oz|iu|ui)\b|\b(milli|micro)?gram|\bmilligr|\blit(er|re)|\blitros?\b|\bdos(e|is)\b"
GUILT = r"!|¡|\byou (forgot|should have|failed)|\b(lazy|shame|fault)\b|\bolvidaste|\bculpa tuya|\bdeber[ií]as haber"
INDISCREET = {
    "en": r"pregnan|week|trimester|\bbab(y|ies)\b|birth|\bborn\b|due date|midwi|\bloss\b",
    "es": r"embaraz|gesta|semana|trimestre|bebé|\bparto|nacim|fecha prevista|matrona|partera|\bborn\b|\bloss\b",
}
CRAMP = {"en": "cramp", "es": "calambre"}
SUBJECT_MATTER = {
    "en": {
        "bedtime_stretch": r"toes|foot flexed",
        "daily_exercise": r"walk|march|dance|stairs|exercise|bus stops|on foot|minutes around",
        "potassium": r"banana|kiwi",
        "legs_up": r"legs|feet",
        "support_hose": r"support hose",
        "magnesium": r"magnesium",
        "hydration": r"water",
        "sitting_break": r"walk|steps|stand|break|chair|get up",
    },
    "es": {
        "bedtime_stretch": r"dedos|pie flexionado",
        "daily_exercise": r"pase|camina|marcha|baila|escalera|ejercicio|vuelta|minutos por la casa|tramo|baja",
        "potassium": r"banana|kiwi",
        "legs_up": r"pies|piernas",
        "support_hose": r"medias de soporte",
        "magnesium": r"magnesio",
        "hydration": r"agua|vaso",
        "sitting_break": r"camina|pasos|de pie|pausa|silla|levántate",
    },
}
ASK_FIRST = {"en": r"ask your provider first", "es": r"consulta primero con tu profesional de salud"}
OTHER_FOOD = {
    "en": r"avocado|potato|spinach|bean|orange|raisin|tomato|milk|salt",
    "es": r"aguacate|papa|patata|espinaca|frijol|naranja|pasa\b|tomate|leche|sal\b",
}
POINTING = {"en": r"\bpoint(s|ed|ing)?\b", "es": r"\bpunta\b|\bapunt(a|e|es|ar|ando)\b"}
NEGATED = {
    "en": r"\b(don't|do not|never|not) point\b",
    "es": r"\b(no|nunca|sin) (estir(es|e|ar) la punta|apunt(es|e|ar))\b",
}


@cache
def everything() -> list[Said]:
    return [
        each
        for kind, language, form in itertools.product(CATALOGUE, LANGUAGES, Form)
        for each in said(kind, language, form)
    ]


def offending(pattern: str, among: list[Said]) -> list[str]:
    return [each.words for each in among if re.search(pattern, each.words, re.IGNORECASE)]


def points_toes(text: str, language: str) -> bool:
    """Whether any mention of pointing is not a warning against it."""
    mentions = re.findall(POINTING[language], text, re.IGNORECASE)
    warnings = re.findall(NEGATED[language], text, re.IGNORECASE)
    return len(mentions) != len(warnings)


def of(language: str) -> list[Said]:
    return [each for each in everything() if each.language == language]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (PROMISES, "This will stop the pain."),
        (PROMISES, "Esto cura el calambre."),
        (DIAGNOSES, "You have low on potassium."),
        (DIAGNOSES, "Puede ser un coágulo."),
        (DOSES, "Take 300 mg."),
        (DOSES, "Drink 2 liters."),
        (DOSES, "Dos litros al terminar."),
        (GUILT, "Well done!"),
        (GUILT, "Why you forgot your walk"),
        (INDISCREET["en"], "Your Baby and you"),
        (INDISCREET["es"], "Semana 20"),
        (OTHER_FOOD["en"], "Beans have it too."),
    ],
)
def test_a_text_against_the_rules_would_be_found(pattern: str, text: str) -> None:
    assert re.search(pattern, text, re.IGNORECASE)


def test_no_text_promises_a_cure() -> None:
    assert not offending(PROMISES, everything())


def test_no_text_diagnoses() -> None:
    assert not offending(DIAGNOSES, everything())


def test_no_text_names_a_dose() -> None:
    assert not offending(DOSES, everything())


def test_no_text_cheers_or_blames() -> None:
    assert not offending(GUILT, everything())


@of_language
def test_no_text_ever_tells_anyone_to_point_the_toes(language: str) -> None:
    assert [each.words for each in of(language) if points_toes(each.words, language)] == []
    assert any(re.search(NEGATED[language], each.words, re.IGNORECASE) for each in of(language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Now point your toes."),
        ("en", "Never rush, point your toes."),
        ("en", "Don't point your toes down. Then point them up."),
        ("en", "Lie down with toes pointing away."),
        ("es", "Estira la punta del pie."),
        ("es", "Apunta los dedos al suelo."),
        ("es", "No estires la punta. Ahora estira la punta."),
    ],
)
def test_the_test_for_pointing_toes_can_fail(language: str, text: str) -> None:
    assert points_toes(text, language)


@of_language
def test_a_discreet_person_is_told_nothing_a_stranger_may_not_read(language: str) -> None:
    discreet = [each for each in of(language) if each.context.discreet]
    assert not offending(INDISCREET[language], discreet)
    in_html = [each for each in discreet if re.search(INDISCREET[language], each.rendered.html or "", re.IGNORECASE)]
    assert not in_html


@of_language
def test_what_the_check_takes_for_indiscreet_covers_what_the_rule_lists(language: str) -> None:
    private = Library().words(language).private
    listed = {
        "en": "pregnant, week, trimester, baby, birth, due date, midwife, BORN, LOSS",
        "es": "embarazo, semana, trimestre, bebé, parto, fecha prevista, matrona, BORN, LOSS",
    }[language]
    for word in listed.split(", "):
        assert word.casefold().startswith(private), word


@of_language
def test_who_need_not_be_discreet_is_told_plainly_in_the_welcome(language: str) -> None:
    for form in Form:
        plain = RENDERER.render("welcome", language, form, 0, Context(discreet=False))
        discreet = RENDERER.render("welcome", language, form, 0, Context(discreet=True))
        assert re.search(INDISCREET[language], plain.text, re.IGNORECASE)
        assert plain.text != discreet.text


@of_language
def test_a_nudge_is_neutral_on_a_locked_screen(language: str) -> None:
    assert not offending(CRAMP[language], [each for each in of(language) if each.kind in NUDGES])


def test_every_sms_is_one_segment_and_relief_at_most_306_units() -> None:
    for each in everything():
        if each.form is Form.SMS:
            taken = segments(each.rendered.text)
            assert taken.encoding == "GSM-7", each.words
            assert taken.units <= (306 if each.kind == "relief" else 160), each.words
            assert taken.count <= CATALOGUE[each.kind].segments


@of_language
@of_nudge
@of_form
def test_each_variant_brings_something_of_its_own(nudge: str, language: str, form: Form) -> None:
    texts = bodies(nudge, language, form)
    alike = {
        (one, other): ratio
        for one, other in itertools.combinations(texts, 2)
        if (ratio := difflib.SequenceMatcher(None, one.split(), other.split()).ratio()) > 0.45
    }
    assert not alike
    openings = [" ".join(text.split()[:2]) for text in texts]
    assert len(set(openings)) == len(texts), openings


@of_language
@of_nudge
def test_the_subjects_of_a_nudge_all_differ(nudge: str, language: str) -> None:
    subjects = [each.rendered.subject for each in said(nudge, language, Form.EMAIL, (Context(),))]
    assert len(set(subjects)) == len(subjects)
    assert all(len(subject) <= 50 for subject in subjects)


@of_language
@of_nudge
def test_every_variant_speaks_of_its_fact(nudge: str, language: str) -> None:
    for form in Form:
        for text in bodies(nudge, language, form):
            assert re.search(SUBJECT_MATTER[language][nudge], text, re.IGNORECASE), text


@of_language
def test_magnesium_always_says_to_ask_the_provider_first(language: str) -> None:
    for form in Form:
        for text in bodies("magnesium", language, form):
            assert re.search(ASK_FIRST[language], text, re.IGNORECASE), text
    others = [each for each in of(language) if each.kind != "magnesium"]
    assert not offending("magnesi", others)


@of_language
def test_no_food_but_bananas_and_kiwi_fruit_is_named_for_potassium(language: str) -> None:
    assert not offending(OTHER_FOOD[language], [each for each in of(language) if each.kind == "potassium"])


@of_language
def test_many_cramps_are_answered_with_a_call_right_away(language: str) -> None:
    for form in Form:
        (text,) = bodies("frequent_cramps", language, form)
        call = {"en": "call your healthcare provider right away", "es": "llama enseguida a tu profesional de salud"}
        assert call[language] in text


@of_language
def test_the_welcome_says_what_legup_is_and_that_it_is_no_medical_advice(language: str) -> None:
    advice = {"en": "Not medical advice; talk to your healthcare provider", "es": "habla con tu profesional de salud"}
    for each in (*said("welcome", language, Form.SMS), *said("welcome", language, Form.EMAIL)):
        assert "legup" in each.rendered.text
        assert advice[language] in each.rendered.text
        assert ("STOP" in each.rendered.text) == each.context.replies


@of_language
def test_every_email_says_in_its_foot_that_it_is_no_medical_advice_and_why_it_came(language: str) -> None:
    foot = {
        "en": "Not medical advice; talk to your healthcare provider.",
        "es": "Esto no es consejo médico; habla con tu profesional de salud.",
    }[language]
    why = {"en": "Why you get this: ", "es": "Por qué recibes esto: "}[language]
    for each in of(language):
        if each.form is Form.EMAIL:
            lines = each.rendered.text.splitlines()
            assert lines[-1] == foot
            assert any(line.startswith(why) for line in lines)


@of_kind
def test_a_title_reads_the_same_in_the_catalogue_and_in_english(kind: str) -> None:
    assert Library().texts("en", kind).title == CATALOGUE[kind].title


def test_every_language_has_the_same_files_and_as_many_variants() -> None:
    english, *others = ({file.name for file in (PACKAGED / language).iterdir()} for language in LANGUAGES)
    assert all(files == english for files in others)
    for kind, form in itertools.product(CATALOGUE, Form):
        assert len({RENDERER.variants(kind, language, form) for language in LANGUAGES}) == 1

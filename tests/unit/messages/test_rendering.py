from __future__ import annotations

import os
import shutil
from dataclasses import fields, replace
from pathlib import Path

import pytest

from messages.catalogue import CATALOGUE, NUDGES
from messages.library import PACKAGED
from messages.rendering import Context, Form, Renderer, TemplateError

DAY = Context("Sam", discreet=True, due_local="16:30")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of one's own with one text in place of the packaged ones."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "hydration.toml").write_text(
        'title = "water"\nsms = ["Sip."]\n[[email]]\nsubject = "Sip"\nbody = "Sip {{ due_local }}."\n'
    )
    return tmp_path


def test_english_and_spanish_are_there() -> None:
    assert Renderer().languages() == ("en", "es")


def test_the_packaged_templates_have_no_fault() -> None:
    assert Renderer().check() == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("nudge", NUDGES)
def test_every_nudge_has_at_least_eight_variants_for_each_form(nudge: str, language: str) -> None:
    renderer = Renderer()
    assert min(renderer.variants(nudge, language, form) for form in Form) >= 8


@pytest.mark.parametrize("form", Form)
def test_variants_come_round_only_after_all_of_them_were_used(form: Form) -> None:
    renderer = Renderer()
    number = renderer.variants("hydration", "en", form)
    seen = [renderer.render("hydration", "en", form, count, DAY) for count in range(2 * number)]
    assert [each.variant for each in seen] == [*range(number), *range(number)]
    assert len({each.text for each in seen}) == number


def test_an_sms_has_neither_subject_nor_html_nor_a_name() -> None:
    renderer = Renderer()
    for kind in CATALOGUE:
        for variant in range(renderer.variants(kind, "en", Form.SMS)):
            named = renderer.render(kind, "en", Form.SMS, variant, Context("Zoë"))
            assert named == renderer.render(kind, "en", Form.SMS, variant, Context(""))
            assert (named.subject, named.html) == ("", None)


def test_an_email_says_who_it_greets_why_it_comes_and_how_to_stop_it() -> None:
    email = Renderer().render("potassium", "en", Form.EMAIL, 0, replace(DAY, replies=True))
    lines = email.text.splitlines()
    assert lines[0] == "Hello Sam,"
    assert lines[-3:] == [
        'Why you get this: your plan says "eat a banana or kiwi fruit" at 16:30.',
        "To stop these messages, reply STOP.",
        "Not medical advice; talk to your healthcare provider.",
    ]


def test_without_replies_an_email_never_offers_one() -> None:
    email = Renderer().render("potassium", "en", Form.EMAIL, 0, Context("Sam", replies=False))
    assert "STOP" not in email.text
    assert "edit your plan" in email.text


def test_without_a_name_the_greeting_still_reads_well() -> None:
    assert Renderer().render("potassium", "en", Form.EMAIL, 0, Context()).text.startswith("Hello,\n")
    assert Renderer().render("potassium", "es", Form.EMAIL, 0, Context()).text.startswith("Hola:\n")


def test_a_name_can_break_neither_the_page_nor_the_lines_nor_the_size() -> None:
    name = "<b>\r\nBcc: {{ 7 * 7 }}\x00 & " + "x" * 500
    email = Renderer().render("potassium", "en", Form.EMAIL, 0, Context(name))
    first = email.text.splitlines()[0]
    assert first.startswith("Hello <b> Bcc: {{ 7 * 7 }} & xxx")
    assert len(first) == len("Hello ,") + 100
    assert email.html is not None
    assert "<b>" not in email.html
    assert "\r" not in email.html + email.subject


def test_personal_words_stay_out_of_repr() -> None:
    assert "Sam" not in repr(DAY)
    assert "Hello" not in repr(Renderer().render("potassium", "en", Form.EMAIL, 0, DAY))


def test_a_folder_of_ones_own_takes_the_place_of_single_files(own: Path) -> None:
    renderer = Renderer(own)
    assert renderer.render("hydration", "en", Form.SMS, 5, DAY).text == "Sip."
    assert "Sip 16:30." in renderer.render("hydration", "en", Form.EMAIL, 5, DAY).text
    packaged = Renderer().render("potassium", "en", Form.SMS, 5, DAY)
    assert renderer.render("potassium", "en", Form.SMS, 5, DAY) == packaged


def test_an_edited_file_counts_at_once(own: Path) -> None:
    renderer = Renderer(own)
    file = own / "en" / "hydration.toml"
    assert renderer.render("hydration", "en", Form.SMS, 0, DAY).text == "Sip."
    before = file.stat()
    file.write_text(file.read_text().replace("Sip.", "Gulp"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert renderer.render("hydration", "en", Form.SMS, 0, DAY).text == "Gulp"
    file.unlink()
    assert renderer.render("hydration", "en", Form.SMS, 0, DAY) == Renderer().render(
        "hydration", "en", Form.SMS, 0, DAY
    )


def test_an_edited_frame_counts_too(own: Path) -> None:
    (own / "email.txt").write_text("* " + (PACKAGED / "email.txt").read_text())
    assert Renderer(own).render("hydration", "en", Form.EMAIL, 0, DAY).text.startswith("* Hello Sam,")


def test_a_new_folder_is_a_new_language(own: Path) -> None:
    shutil.copytree(PACKAGED / "en", own / "pt-BR")
    (own / "__pycache__").mkdir()
    renderer = Renderer(own)
    assert renderer.languages() == ("en", "es", "pt-BR")
    assert renderer.render("hydration", "pt-BR", Form.SMS, 0, DAY).text
    assert renderer.check() == []


def test_a_bad_template_is_an_error_of_its_own_kind_and_spares_the_others(own: Path) -> None:
    (own / "en" / "hydration.toml").write_text('title = "water"\nsms = ["{{ nmae }}"]\n')
    renderer = Renderer(own)
    with pytest.raises(TemplateError, match=r"hydration.toml:2: 'nmae' is not known here"):
        renderer.render("hydration", "en", Form.SMS, 0, DAY)
    assert renderer.render("potassium", "en", Form.SMS, 0, DAY).text


def test_a_language_nobody_wrote_is_a_template_error() -> None:
    with pytest.raises(TemplateError, match=r"xx.hydration\.toml: is missing"):
        Renderer().render("hydration", "xx", Form.SMS, 0, DAY)


def test_a_kind_nobody_knows_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Renderer().render("hydartion", "en", Form.SMS, 0, DAY)


def test_what_a_text_may_know_of_a_person_is_what_makes_it_differ() -> None:
    """A field that is new here belongs to `Composing._text` too, unless an SMS never says it."""
    for_emails_only = {"name", "links"}
    assert {field.name for field in fields(Context)} - for_emails_only == {
        "discreet",
        "replies",
        "due_local",
        "details",
        "today",
    }

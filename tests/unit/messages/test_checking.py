from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from messages.catalogue import ANSWERS, CATALOGUE
from messages.fault import TemplateError
from messages.library import MAX_FILE, PACKAGED, Library
from messages.rendering import Context, Form, Renderer

EMAIL = '\n[[email]]\nsubject = "Sip"\nbody = "Sip."\n'


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "en").mkdir()
    return tmp_path


def faults(own: Path) -> list[str]:
    return [str(fault).removeprefix(f"{own}/") for fault in Renderer(own).check()]


def faults_of(own: Path, text: str, name: str = "en/hydration.toml") -> list[str]:
    (own / name).write_text(text)
    return faults(own)


def test_a_whole_copy_of_the_packaged_templates_has_no_fault(tmp_path: Path) -> None:
    shutil.copytree(PACKAGED, tmp_path / "own")
    assert faults(tmp_path / "own") == []


def test_a_language_with_files_missing_is_told_all_of_them(own: Path) -> None:
    (own / "fr").mkdir()
    missing = [fault for fault in faults(own) if "/fr/" in fault]
    assert len(missing) == len(CATALOGUE) + 1
    assert all(fault.endswith(": is missing") for fault in missing)


def test_a_language_without_words_still_has_its_texts_checked(own: Path) -> None:
    shutil.copytree(PACKAGED / "en", own / "fr")
    (own / "fr" / "words.toml").unlink()
    text = (own / "fr" / "hydration.toml").read_text()
    (own / "fr" / "hydration.toml").write_text(text.replace("Time for some water.", "Time " * 40))
    found = faults(own)
    assert len(found) == 2
    assert any("fr/hydration.toml:5: takes 2 SMS segments" in each for each in found)
    assert any("fr/words.toml: is missing" in each for each in found)


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('title = "water"\nsms = ["Sip"\n', "en/hydration.toml:4: is not TOML: Unclosed array"),
        ('title = "water', "en/hydration.toml:1: is not TOML: Illegal character"),
        ('title = """water', "en/hydration.toml: is not TOML: Unterminated string"),
        (
            f'title = "water"\nsms = ["{"a" * 161}"]',
            "en/hydration.toml:2: takes 2 SMS segments, not 1 at most: 161 uni",
        ),
        (
            f'title = "water"\nsms = ["{"á" * 71}"]',
            "en/hydration.toml:2: takes 2 SMS segments, not 1 at most: 71 units",
        ),
        ('title = "water"\n\nsms = ["{{ name }}"]', "en/hydration.toml:3: 'name' is not known here"),
        ('title = "water"\nsms = [\n"a",\n"{% if %}"]', "en/hydration.toml:4: Expected an expression"),
        ('title = "water"\nsms = ["{# later #}"]', "en/hydration.toml:2: leaves nothing to say"),
        ('title = "water"\nsms = ["A baby step."]', "en/hydration.toml:2: says 'baby' to a discreet person"),
        ('title = "water"\nsms = ["{% if not discreet %}baby{% endif %}"]', "en/hydration.toml:2: leaves nothing"),
        (
            'title = "water"\nsmms = 1\nsms = ["Sip."]',
            "en/hydration.toml:2: 'smms' is not a key here; the keys are title, greet",
        ),
        ('title = "water"\nsms = []', "en/hydration.toml:2: 'sms' is missing; it is a list with at least one entry"),
        ('title = "water"\nsms = "Sip."', "en/hydration.toml:2: 'sms' is missing; it is a list"),
        ('title = "water"\nsms = ["Sip.", 3]', "en/hydration.toml:2: entry 2 of 'sms' is empty or of the wrong type"),
        ('title = "water"\nsms = ["Sip.", ""]', "en/hydration.toml:2: entry 2 of 'sms' is empty"),
        ('title = " "\nsms = ["Sip."]', "en/hydration.toml:1: 'title' is missing"),
        ('sms = ["Sip."]', "en/hydration.toml: 'title' is missing; write title = \"...\""),
        ('title = "water"\nsms = ["Sip."]\ngreet = "no"', "en/hydration.toml:3: 'greet' is true or false"),
        (
            'title = "water"\nsms = ["Sip."]\nwhy = "{{ x }}"',
            "en/hydration.toml:3: 'x' is not known here; known are abou",
        ),
        ('title = "water"\nsms = ["\\u007b{ x }}"]', "en/hydration.toml:2: 'x' is not known here"),
        ("a = " + "[" * 5000, "en/hydration.toml"),
    ],
)
def test_a_fault_says_file_line_and_what_is_wrong(own: Path, toml: str, expected: str) -> None:
    found = faults_of(own, toml + EMAIL)
    assert [fault[: len(expected)] for fault in found] == [expected], found


def test_the_letters_that_make_an_sms_dear_are_named(own: Path) -> None:
    (fault,) = faults_of(own, f'title = "water"\nsms = ["í{"a" * 75}ú"]' + EMAIL)
    assert fault.endswith("77 units of UCS-2, because of í ú")
    (fault,) = faults_of(own, f'title = "water"\nsms = ["\\u202e{"a" * 76}"]' + EMAIL)
    assert fault.endswith("77 units of UCS-2, because of U+202E")


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ('[[email]]\nbody = "Sip."', ["en/hydration.toml: 'subject' is missing; write subject = \"...\""]),
        ('[[email]]\nsubject = "Sip"\ntext = "Sip."', ["'text' is not a key here", "'body' is missing"]),
        ('[[email]]\nsubject = "{# x #}"\nbody = "Sip."', ["en/hydration.toml:4: leaves nothing to say"]),
        ('[[email]]\nsubject = "Sip"\nbody = "In week 20."', ["en/hydration.toml:5: says 'week' to a discreet person"]),
        ('[[email]]\nsubject = "Born"\nbody = "Sip."', ["en/hydration.toml:4: says 'Born' to a discreet person"]),
        ("", ["'email' is missing"]),
    ],
)
def test_emails_are_checked_as_well(own: Path, email: str, expected: list[str]) -> None:
    found = faults_of(own, f'title = "water"\nsms = ["Sip."]\n{email}\n')
    assert len(found) == len(expected)
    for part in expected:
        assert any(part in fault for fault in found), found


def test_every_fault_of_a_file_is_reported_at_once(own: Path) -> None:
    assert len(faults_of(own, 'sms = ["{{ a }}", "{{ b }}", ""]\nother = 1\n' + EMAIL)) == 5


def test_indiscreet_words_around_an_email_are_one_fault_and_not_one_for_each_email(own: Path) -> None:
    text = (PACKAGED / "en" / "words.toml").read_text()
    (fault,) = faults_of(own, text.replace("Hello", "Hello in week 20"), "en/words.toml")
    assert fault == "en/words.toml:3: says 'week' to a discreet person; put it in {% if not discreet %}"


def test_words_that_lack_something_are_a_fault(own: Path) -> None:
    text = (PACKAGED / "en" / "words.toml").read_text()
    (fault,) = faults_of(own, text.replace("foot =", "feet =").replace("feet =", "# foot ="), "en/words.toml")
    assert fault.startswith("en/words.toml")
    assert "'foot' is missing" in fault


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "[links]",
            "[linkz]",
            ["en/words.toml:37: 'linkz' is not a key here", "en/words.toml: 'links' is missing; it is"],
        ),
        ("[moments]", "[moment]", ["en/words.toml:48: 'moment' is not a key", "'moments' is missing; it is a table"]),
        ('done = "Done"\n', "", ["en/words.toml: 'done' is missing; write done = \"...\""]),
        ('done = "Done"', 'done = "{{ url }}"', ["en/words.toml:38: 'url' is not known here; known are about, count"]),
        ('done = "Done"', 'done = "Week done"', ["en/words.toml:38: says 'Week' to a discreet person"]),
        ('stop_all = "', 'stop_al = "', ["en/words.toml:45: 'stop_al' is not a key here", "'stop_all' is missing"]),
        ('"Mon", ', "", ["en/words.toml:51: 'weekdays' is a list with 7 entries, no more or fewer"]),
        ('"Dec"]', '"Dec", "Dec"]', ["en/words.toml:52: 'months' is a list with 12 entries, no more or fewer"]),
        (
            'today = "at {{ time }}"',
            'today = "at {{ day }}"',
            ["en/words.toml:49: 'day' is not known here; known are time"],
        ),
        (
            "offers = [",
            "offers = 3\nothers = [",
            ["'others' is not a key", "'offers' is missing; it is a list with at lea"],
        ),
        ("Reply DONE or SNOOZE.", "Reply DONE, baby.", ["en/words.toml:27: says 'baby' to a discreet person"]),
    ],
)
def test_words_beside_the_texts_are_checked_as_well(own: Path, old: str, new: str, expected: list[str]) -> None:
    text = (PACKAGED / "en" / "words.toml").read_text()
    assert old in text
    found = faults_of(own, text.replace(old, new), "en/words.toml")
    assert len(found) == len(expected), found
    for part in expected:
        assert any(part in fault for fault in found), found


def test_a_month_whose_name_makes_an_answer_too_dear_is_found(own: Path) -> None:
    text = (PACKAGED / "en" / "words.toml").read_text()
    found = faults_of(own, text.replace('"Feb"', f'"{"í" * 60}"'), "en/words.toml")
    assert {fault.split(": takes")[0].rpartition("/")[2].split(".")[0] for fault in found} >= {"paused", "snoozed"}
    assert all("because of í" in fault for fault in found)


def test_a_title_that_makes_an_answer_too_long_is_found(own: Path) -> None:
    text = (PACKAGED / "en" / "hydration.toml").read_text()
    found = faults_of(own, text.replace("drink some water", "drink some water " * 8))
    assert any("en/less.toml" in fault and "takes 2 SMS segments" in fault for fault in found)


def test_a_fault_in_the_text_of_any_answer_is_found(own: Path) -> None:
    for kind in ANSWERS:
        text = (PACKAGED / "en" / f"{kind}.toml").read_text()
        (own / "en" / f"{kind}.toml").write_text(text.replace("sms = [", f'sms = ["{"a" * 161}{{{{ until }}}}",'))
    found = faults(own)
    assert len(found) == len(ANSWERS)
    assert all("takes 2 SMS segments" in fault for fault in found)


def test_a_frame_that_leaves_out_a_part_is_a_fault(own: Path) -> None:
    text = (PACKAGED / "email.txt").read_text()
    (fault,) = faults_of(own, re.sub(r"\b(stop|done_link|foot)\b", "why", text), "email.txt")
    assert fault == "email.txt: leaves out done_link, foot, stop; a frame shows them all"


def test_a_frame_that_runs_wild_is_a_fault(own: Path) -> None:
    frame = (PACKAGED / "email.txt").read_text()
    (fault,) = faults_of(
        own, frame + "{% for p in paragraphs %}" + "{{ greeting }}" * 1000 + "{% endfor %}", "email.txt"
    )
    assert fault == "email.txt:1: grows beyond 50,000 characters; shorten it"


def test_a_misspelt_file_is_found(own: Path) -> None:
    found = faults_of(own, 'title = "water"', "en/hidration.toml")
    assert found == ["en/hidration.toml: is no template legup knows, so nothing reads it; is its name misspelt?"]


def test_folders_deeper_than_any_template_are_not_walked(own: Path) -> None:
    deep = own / "en" / "drafts"
    deep.mkdir()
    (deep / "hidration.toml").write_text('title = "water"')
    assert faults(own) == []


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    renderer = Renderer(tmp_path / "nowhere")
    assert renderer.languages() == ("en", "es")
    (fault,) = renderer.check()
    reason = "cannot be read: No such file or directory; `templates` names a folder of templates"
    assert str(fault) == f"{tmp_path / 'nowhere'}: {reason}"


def test_a_file_that_cannot_be_read_as_text_is_a_fault(own: Path) -> None:
    (own / "en" / "hydration.toml").write_bytes(b'title = "\xff"')
    assert faults(own) == ["en/hydration.toml: is not UTF-8; save it as UTF-8"]


def test_a_folder_where_a_file_belongs_is_a_fault(own: Path) -> None:
    (own / "en" / "hydration.toml").mkdir()
    assert faults(own) == ["en/hydration.toml: is not a plain file"]


def test_a_pipe_where_a_file_belongs_is_a_fault_and_keeps_nobody_waiting(own: Path) -> None:
    os.mkfifo(own / "en" / "hydration.toml")
    assert faults(own) == ["en/hydration.toml: is not a plain file"]


def test_a_file_that_cannot_be_opened_is_a_fault(own: Path) -> None:
    file = own / "en" / "hydration.toml"
    file.symlink_to("/proc/self/mem")  # a plain file to the eye, which even root cannot read from its start
    (fault,) = faults(own)
    assert fault.startswith("en/hydration.toml: cannot be read: ")


def test_a_folder_whose_name_no_system_allows_is_a_fault(tmp_path: Path) -> None:
    renderer = Renderer(tmp_path / ("a" * 300))
    assert renderer.languages() == ("en", "es")
    assert any("cannot be read: File name too long" in str(fault) for fault in renderer.check())
    with pytest.raises(TemplateError, match="File name too long"):
        renderer.render("hydration", "en", Form.SMS, 0, Context())


def test_notes_beside_the_templates_are_nobodys_business(own: Path) -> None:
    assert faults_of(own, "Ask Ana before changing these.", "README.md") == []


def test_a_file_too_large_to_be_meant_is_a_fault(own: Path) -> None:
    assert faults_of(own, "# " + "a" * MAX_FILE) == ["en/hydration.toml: is larger than 100,000 bytes; shorten it"]


def test_a_file_from_windows_is_read_as_well(own: Path) -> None:
    text = 'title = "water"\r\nsms = ["Sip.", "{{ x }}"]\r\n' + EMAIL.replace("\n", "\r\n")
    (own / "en" / "hydration.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (fault,) = faults(own)
    assert fault.startswith("en/hydration.toml:2: 'x' is not known here")


def test_rendering_raises_what_checking_reports(own: Path) -> None:
    (fault,) = faults_of(own, 'title = "water"\nsms = ["{# x #}"]' + EMAIL)
    with pytest.raises(TemplateError) as caught:
        Renderer(own).render("hydration", "en", Form.SMS, 0, Context())
    assert str(caught.value) == f"{own}/{fault}"


def test_the_library_reads_a_file_again_only_when_it_changed() -> None:
    library = Library()
    assert library.texts("en", "hydration") is library.texts("en", "hydration")

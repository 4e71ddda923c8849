"""What a page says of a schedule, a person may write back into the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.phrase import PhraseError, format_schedule
from config.schedule import Schedule
from scheduler.web.phrase import read_schedule
from scheduler.web.words import LANGUAGES, words_of
from tests.standins.fuzzing import examples
from tests.standins.schedules import schedules

languages = st.sampled_from(sorted(LANGUAGES))


@examples(0.75)
@given(schedules, languages)
def test_what_the_page_says_reads_back_in_every_language(schedule: Schedule, language: str) -> None:
    assert read_schedule(words_of(language).schedule(schedule), language) == schedule


@examples(0.25)
@given(schedules, languages)
def test_what_the_config_file_says_is_read_too(schedule: Schedule, language: str) -> None:
    assert read_schedule(format_schedule(schedule), language) == schedule


@examples(0.75)
@given(st.text(max_size=60), languages)
def test_anything_else_is_refused_in_one_way_only(text: str, language: str) -> None:
    try:
        schedule = read_schedule(text, language)
    except PhraseError:
        return
    assert read_schedule(words_of(language).schedule(schedule), language) == schedule


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("A las 8:00 y 12:30", "at 08:00 and 12:30"),
        ("cada 2 horas de 9:00 a 17:00 entre semana", "every 2 h from 09:00 to 17:00 on weekdays"),
        ("cada 90 minutos", "every 1 h 30 min"),
        ("30 min antes de la hora de acostarme", "30 min before bedtime"),
        ("a la hora de dormir, los lunes, miércoles y viernes", "at bedtime on mon, wed, fri"),
        ("a la 01:00, los fines de semana", "at 01:00 on weekends"),
        ("15 min después de la hora de despertar", "15 min after wake"),
    ],
)
def test_spanish_is_read_as_people_write_it(said: str, phrase: str) -> None:
    assert str(read_schedule(said, "es")) == phrase


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("At 8:00, Monday to Friday", "at 08:00 on weekdays"),
        ("every 2 h from waking up to 20:00, on Saturday and Sunday", "every 2 h from wake to 20:00 on weekends"),
        ("at 08:00, on Monday, Wednesday and Friday", "at 08:00 on mon, wed, fri"),
    ],
)
def test_english_is_read_as_the_page_says_it(said: str, phrase: str) -> None:
    assert str(read_schedule(said, "en")) == phrase

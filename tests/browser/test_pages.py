"""The pages as people use them: with a thumb, with a keyboard, in the dark, without scripts, on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from scheduler.delivery.standing import Standing
from tests.browser.conftest import NewPage
from tests.standins.desk import PAGE, DeskStandIn, link, sam

PREFERENCES, DIARY = f"/p/{PAGE}", f"/p/{PAGE}/diary"
PATHS = [PREFERENCES, DIARY, f"/a/{link('done')}", f"/a/{link('stop_all')}", "/nowhere"]

SMALLEST = 44
"""CSS pixels that a thumb needs (WCAG 2.5.5)."""
TOO_SMALL = """least => Array.from(document.querySelectorAll(
    'main button, main select, main a, main summary, main label:has(input), main input[type=time]'
)).filter(each => each.offsetHeight && each.offsetHeight < least).map(each => each.outerHTML)"""


def ready(page: Page) -> None:
    expect(page.locator("h1")).to_be_visible()


def test_a_nudge_is_switched_off_with_the_keyboard_alone(new_page: NewPage, desk: DeskStandIn) -> None:
    page = new_page(path=PREFERENCES, scripts=False)
    box = page.get_by_role("checkbox", name="drink some water")
    expect(box).to_be_checked()
    for _ in range(40):
        page.keyboard.press("Tab")
        if box.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved. It holds from now on.")
    expect(box).not_to_be_checked()
    assert desk.changes.stopped == {"hydration"}


def test_the_first_stop_of_the_keyboard_leads_past_everything(new_page: NewPage) -> None:
    page = new_page(path=PREFERENCES)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_time_is_changed_in_ones_own_words(new_page: NewPage, desk: DeskStandIn) -> None:
    desk.person = sam("es")
    page = new_page(360, path=PREFERENCES)
    page.get_by_text("Cambiar las horas: beber agua").click()
    field = page.locator('[id="when.hydration"]')
    field.fill("a las diez")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Todavía no se ha guardado")
    expect(field).to_be_focused()
    expect(field).to_have_value("a las diez")
    expect(field).to_have_accessible_description(re.compile("Por ejemplo.*No se entiende"))
    field.fill("a las 10:00 y 16:30, de lunes a viernes")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("status")).to_have_text("Guardado. Vale desde ahora.")
    hydration = next(each for each in desk.preferences.nudges if each.nudge == "hydration")
    assert str(hydration.schedule) == "at 10:00 and 16:30 on weekdays"


def test_quiet_hours_of_ones_own_are_asked_for_only_by_who_wants_them(new_page: NewPage, desk: DeskStandIn) -> None:
    page = new_page(360, path=PREFERENCES)
    start, end = page.locator('[id="quiet.0.from"]'), page.locator('[id="quiet.0.to"]')
    expect(start).to_be_hidden()
    page.get_by_label("Hours of my own").check()
    start.fill("21:00")
    end.fill("08:15")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert list(map(str, desk.preferences.quiet_hours or ())) == ["21:00-08:15"]


def test_a_pause_begins_with_one_press_and_ends_with_another(new_page: NewPage, desk: DeskStandIn) -> None:
    page = new_page(360, path=PREFERENCES)
    page.get_by_label("Send nothing for").select_option("7 days")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused until Monday 30 November")).to_be_visible()
    page.get_by_role("button", name="Go on now").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert desk.standing.paused_until is None


def test_a_link_asks_does_and_leads_on(new_page: NewPage, desk: DeskStandIn) -> None:
    page = new_page(360, path=f"/a/{link('stop_all')}", scripts=False)
    assert desk.followed == []
    page.get_by_role("button", name="Stop all nudges").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All nudges are stopped. Nothing more is sent.")
    page.get_by_role("link", name="See or change your nudges").click()
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_role("checkbox")).to_have_count(8)
    assert not desk.standing.opted_out


def test_the_diary_is_reached_read_and_taken_along(new_page: NewPage) -> None:
    page = new_page(path=PREFERENCES)
    page.get_by_role("link", name="Your diary").click()
    cells = page.get_by_role("cell", name=re.compile(r"\w+day \d+ \w+: "))
    expect(cells).to_have_count(56)
    expect(page.get_by_role("img")).to_have_accessible_description(re.compile("nights with a cramp 2"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a table").click()
    assert Path(download.value.path()).read_text().startswith("day,what,time,nudge")
    page.get_by_role("link", name="Back to your nudges").click()
    expect(page.get_by_role("checkbox")).to_have_count(8)


def test_the_diary_prints_on_one_sheet(new_page: NewPage) -> None:
    printed = new_page(path=DIARY).pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_on_a_small_phone_everything_is_in_view_and_large_enough_for_a_thumb(
    new_page: NewPage, desk: DeskStandIn, language: str
) -> None:
    desk.person = sam(language)
    page = new_page(360)
    small = []
    for path in PATHS:
        page.goto(path)
        for details in page.locator("summary").all():
            details.click()
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        small += page.evaluate(TOO_SMALL, SMALLEST)
    assert small == []


def test_every_field_has_a_name_of_its_own_and_every_page_its_landmarks(new_page: NewPage) -> None:
    page = new_page(path=PREFERENCES)
    nameless = """Array.from(document.querySelectorAll('input:not([type=hidden]), select'))
        .filter(each => !each.labels.length || !each.labels[0].innerText.trim()).map(each => each.name)"""
    for details in page.locator("summary").all():
        details.click()
    page.get_by_label("Hours of my own").check()
    assert page.evaluate(nameless) == []
    for path in PATHS:
        page.goto(path)
        assert [page.get_by_role(role).count() for role in ("main", "contentinfo")] == [1, 1], path
        levels = page.evaluate("Array.from(document.querySelectorAll('h1,h2,h3')).map(each => +each.tagName[1])")
        assert levels[0] == 1, path
        assert set(levels[1:]) <= {2}, path


def test_the_page_is_dark_where_the_phone_is(new_page: NewPage) -> None:
    page = new_page(scheme="dark", path=PREFERENCES)
    assert brightness(page) < 128
    page.emulate_media(color_scheme="light")
    assert brightness(page) > 128


def brightness(page: Page) -> float:
    """Of the ground, 0 to 255."""
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", ground))) / 3


def test_the_browser_has_nothing_to_complain_about(new_page: NewPage, desk: DeskStandIn, complaints: list[str]) -> None:
    page = new_page()
    for path in PATHS[:-1]:
        page.goto(path)
        ready(page)
    desk.standing = Standing(opted_out=True)
    page.goto(PREFERENCES)
    ready(page)
    assert complaints == []

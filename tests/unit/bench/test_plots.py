from xml.etree import ElementTree as ET

import pytest

from bench._pictures import PICTURES, Compared
from bench._plots import WIDTH, Bar, bars, curve, dots

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str, shape: str) -> list[dict[str, str]]:
    """The attributes of each shape of this kind, but the card behind all."""
    root = ET.fromstring(svg)  # noqa: S314 - drawn by ourselves
    return [each.attrib for each in root.iter(SVG + shape) if each.get("class") != "card"]


def words(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter(SVG + "text")]  # noqa: S314 - drawn by ourselves


def test_bars_are_as_long_as_their_values() -> None:
    svg = bars("Nudges", "a second", "/s", [Bar("legup", 9_000, ours=True), Bar("other", 3_000, ours=False)])
    ours, theirs = drawn(svg, "rect")
    assert float(ours["width"]) == pytest.approx(3 * float(theirs["width"]), abs=0.2)
    assert (ours["class"], theirs["class"]) == ("ours", "theirs")
    assert {"legup", "other", "9,000/s", "3,000/s"} <= set(words(svg))


def test_names_are_text_and_never_markup() -> None:
    assert "<b> & co" in words(bars("t", "n", "", [Bar("<b> & co", 1, ours=False)]))


def test_a_curve_goes_across_by_decades_and_up_from_nought() -> None:
    svg = curve("Cost", "ms", " ms", [(1_000, 40.0), (10_000, 60.0), (100_000, 80.0)])
    first, second, third = drawn(svg, "circle")
    assert float(third["cx"]) - float(second["cx"]) == pytest.approx(float(second["cx"]) - float(first["cx"]), abs=0.2)
    assert float(first["cy"]) - float(second["cy"]) == pytest.approx(float(second["cy"]) - float(third["cy"]), abs=0.2)
    assert {"40.0 ms", "100,000"} <= set(words(svg))


def test_dots_at_one_place_are_stacked() -> None:
    low, high = drawn(dots("Late", "each", " ms", [8.0, 8.0], limit=50), "circle")
    assert low["cx"] == high["cx"]
    assert float(low["cy"]) > float(high["cy"])


def test_a_dot_beyond_the_limit_is_within_the_picture() -> None:
    svg = dots("Late", "each", " ms", [8.0, 400.0], limit=50)
    assert max(float(dot["cx"]) for dot in drawn(svg, "circle")) < WIDTH


def test_a_rival_that_is_not_installed_has_no_bar() -> None:
    picture = next(each for each in PICTURES if each.name == "embedded")
    svg = picture.drawn({"embedded": {"nudges_per_s": 9_000, "apscheduler_in_memory_per_s": 8_000}})
    assert svg is not None
    assert len(drawn(svg, "rect")) == 2


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_there_is_no_plot_of_a_bench_that_failed(picture: Compared) -> None:
    assert picture.drawn({"embedded": None, "enrolled": None, "latency": None}) is None

"""The preferences page as a browser without scripts uses it: what it shows, and what a posted form does."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.person import ChannelName, NudgePreference
from config.phrase import parse_schedule
from config.schedule import QuietInterval, TimeOfDay
from scheduler.delivery.correspondence import Heard
from scheduler.delivery.standing import Standing
from scheduler.service.desk import Wanted
from tests.standins.desk import NOW, PAGE, DeskStandIn, sam
from tests.standins.website import Reply, Website

PATH = f"/p/{PAGE}"


def fields_of(page: str) -> dict[str, str]:
    """The fields of the settings form, as a browser would post them untouched."""
    form = page[page.index('class="settings"') : page.index('value="save"')]
    fields = {}
    for tag in re.findall(r"<input [^>]*>", form):
        kind, name = attribute(tag, "type"), attribute(tag, "name")
        if kind not in {"checkbox", "radio"} or " checked" in tag:
            fields[name] = attribute(tag, "value")
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        assert chosen, name
        fields[name] = html.unescape(chosen[1])
    return fields | {"act": "save"}


def attribute(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def save(site: Website, **changes: str | None) -> Reply:
    """Post the form as it is shown but for these fields; None leaves one out. `_` stands for the dot in a name."""
    fields = fields_of(site.get(PATH).text)
    for name, value in changes.items():
        key = name.replace("__", ".")
        if value is None:
            fields.pop(key, None)
        else:
            fields[key] = value
    return site.post(PATH, fields)


def act(site: Website, what: str, **fields: str) -> Reply:
    return site.post(PATH, {"seen": fields_or_seen(site), "act": what, **fields})


def fields_or_seen(site: Website) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', site.get(PATH).text)
    assert found
    return found[1]


def nudge(desk: DeskStandIn, name: str) -> NudgePreference:
    return next(each for each in desk.preferences.nudges if each.nudge == name)


def test_every_nudge_is_shown_with_its_times_in_words(site: Website) -> None:
    text = site.get(PATH).text
    assert text.count('type="checkbox"') == 8
    assert "every 2 h from 09:30 to 15:30, Monday to Friday" in text
    assert "Today at 09:00, 12:00, 15:00 and 18:00" in text


def test_the_page_speaks_the_persons_language(site: Website, desk: DeskStandIn) -> None:
    desk.person = sam("es")
    text = site.get(PATH, {"Accept-Language": "en"}).text
    assert '<html lang="es">' in text
    assert "cada 2 h desde las 09:30 hasta las 15:30, de lunes a viernes" in text
    assert "lunes 23 de noviembre" in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_form_that_was_not_touched_changes_nothing(site: Website, desk: DeskStandIn, language: str) -> None:
    desk.person = replace(
        sam(language),
        preferences=replace(
            sam(language).preferences,
            quiet_hours=(QuietInterval(TimeOfDay(1200), TimeOfDay(1440)), QuietInterval(TimeOfDay(0), TimeOfDay(360))),
        ),
    )
    before = desk.preferences
    assert save(site).status == 303
    assert (desk.preferences, desk.changes.wishes, desk.changes.stopped) == (before, {}, frozenset())


def test_what_was_saved_is_shown_at_once_and_said(site: Website) -> None:
    answer = save(site, when__hydration="at 10:00 and 16:00")
    assert (answer.status, answer.headers["location"]) == (303, "?saved")
    text = site.get(f"{PATH}?saved").text
    assert "Saved. It holds from now on." in text
    assert "at 10:00 and 16:00" in text
    assert "Your plan says: every 3 h from 09:00 to 18:00." in text


def test_a_nudge_that_is_switched_off_is_stopped_for_good(site: Website, desk: DeskStandIn) -> None:
    save(site, on__hydration=None)
    assert desk.changes.stopped == {"hydration"}
    assert "You stopped this one." in site.get(PATH).text


def test_a_nudge_that_was_stopped_comes_back_when_it_is_switched_on(site: Website, desk: DeskStandIn) -> None:
    save(site, on__hydration=None)
    save(site, on__hydration="on")
    assert (desk.changes.stopped, nudge(desk, "hydration").on) == (frozenset(), True)


def test_a_nudge_that_the_plan_leaves_out_can_be_switched_on(site: Website, desk: DeskStandIn) -> None:
    save(site, on__legs_up="on", when__legs_up="at 19:00")
    assert nudge(desk, "legs_up") == NudgePreference("legs_up", schedule=parse_schedule("at 19:00"))
    assert "Your plan has it off." in site.get(PATH).text


def test_a_nudge_can_come_less_often(site: Website, desk: DeskStandIn) -> None:
    save(site, nth__hydration="2")
    assert nudge(desk, "hydration").every_nth == 2
    assert "One in 2 is sent." in site.get(PATH).text


def test_an_emptied_time_means_as_usual(site: Website, desk: DeskStandIn) -> None:
    save(site, when__hydration=" ")
    assert nudge(desk, "hydration").schedule is None


def test_a_schedule_that_cannot_be_read_is_told_beside_its_field_and_nothing_is_saved(
    site: Website, desk: DeskStandIn
) -> None:
    answer = save(site, when__hydration="at 8am", on__sitting_break=None)
    assert (answer.status, desk.wishes) == (422, [])
    assert "did you mean &#34;08:00&#34;?" in answer.text
    assert 'id="when.hydration" name="when.hydration" value="at 8am"' in answer.text
    assert re.search(
        r'value="at 8am"[^>]* aria-describedby="hint-hydration fault-when.hydration" aria-inv', answer.text
    )
    assert not re.search(r'name="on.sitting_break" value="on" checked', answer.text)


def test_what_was_written_wrongly_is_shown_escaped(site: Website) -> None:
    answer = save(site, when__hydration='"><script>alert(1)</script>')
    assert answer.status == 422
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "phrase", ["x" * 5_000, "at 08:00" + ", 09:00" * 900, "at 25:00", "every 0 min", "\x00", "at 08:00 and 08:00"]
)
def test_no_phrase_breaks_the_page(site: Website, desk: DeskStandIn, phrase: str) -> None:
    assert save(site, when__hydration=phrase).status == 422
    assert desk.wishes == []


def test_quiet_hours_of_ones_own(site: Website, desk: DeskStandIn) -> None:
    save(site, quiet="own", quiet__0__from="21:00", quiet__0__to="08:00", quiet__1__from="13:00", quiet__1__to="14:00")
    assert list(map(str, desk.preferences.quiet_hours or ())) == ["21:00-08:00", "13:00-14:00"]
    assert "This differs from your plan." in site.get(PATH).text
    save(site, quiet__1__from="", quiet__1__to="")
    assert list(map(str, desk.preferences.quiet_hours or ())) == ["21:00-08:00"]
    save(site, quiet="none")
    assert desk.preferences.quiet_hours == ()
    save(site, quiet="usual")
    assert desk.preferences.quiet_hours is None


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("21:00", "", "not a time"), ("", "08:00", "not a time"), ("25:00", "08:00", "not a time"),
        ("", "", "not a time"), ("08:00", "08:00", "same as the beginning"),
    ],
)  # fmt: skip
def test_quiet_hours_that_are_none_are_told_and_nothing_is_saved(
    site: Website, desk: DeskStandIn, start: str, end: str, told: str
) -> None:
    answer = save(site, quiet="own", quiet__0__from=start, quiet__0__to=end)
    assert (answer.status, desk.wishes) == (422, [])
    assert told in answer.text


def test_channel_and_language_can_be_chosen(site: Website, desk: DeskStandIn) -> None:
    save(site, channel="sms", fallback="", language="es")
    assert (desk.preferences.channels, desk.preferences.language) == ((ChannelName.SMS,), "es")
    assert "Tus avisos" in site.get(PATH).text


def test_a_second_way_that_is_the_first_is_none(site: Website, desk: DeskStandIn) -> None:
    save(site, channel="sms", fallback="sms")
    assert desk.preferences.channels == (ChannelName.SMS,)


@pytest.mark.parametrize("field", [{"channel": "apprise"}, {"fallback": "pigeon"}, {"language": "tlh"},
                                   {"nth__hydration": "0"}, {"nth__hydration": "x"}, {"quiet": "loud"}])  # fmt: skip
def test_what_was_not_offered_is_not_taken(site: Website, desk: DeskStandIn, field: dict[str, str]) -> None:
    answer = save(site, **field)
    assert (answer.status, desk.wishes) == (422, [])
    assert "choose one of these" in answer.text


def test_a_truncated_form_changes_nothing_it_does_not_name(site: Website, desk: DeskStandIn) -> None:
    before = desk.preferences
    assert site.post(PATH, {"seen": desk.seen, "act": "save"}).status == 303
    assert (desk.preferences, desk.changes.stopped) == (before, frozenset())


def test_a_form_that_is_stale_undoes_nothing(site: Website, desk: DeskStandIn) -> None:
    stale = fields_of(site.get(PATH).text)
    save(site, on__hydration=None)
    answer = site.post(PATH, stale)
    assert answer.status == 409
    assert "Something had changed in the meantime" in answer.text
    assert desk.changes.stopped == {"hydration"}


def test_a_pause_begins_and_ends(site: Website, desk: DeskStandIn) -> None:
    assert act(site, "pause", days="7").status == 303
    assert desk.standing.paused_until == NOW + timedelta(days=7)
    assert "Paused until Monday 30 November, 14:30." in site.get(PATH).text
    save(site, on__hydration=None)
    assert desk.standing.paused_until == NOW + timedelta(days=7)
    assert act(site, "resume").status == 303
    assert desk.standing.paused_until is None


def test_a_pause_keeps_to_the_clock_on_the_wall(site: Website, desk: DeskStandIn) -> None:
    desk.now = datetime(2026, 10, 23, 8, 0, tzinfo=UTC)  # clocks go back two days later
    act(site, "pause", days="3")
    assert desk.standing.paused_until == datetime(2026, 10, 26, 9, 0, tzinfo=UTC)


def test_a_pause_that_is_over_is_not_shown(site: Website, desk: DeskStandIn) -> None:
    desk.standing = Standing(paused_until=NOW - timedelta(minutes=1))
    assert "Paused until" not in site.get(PATH).text
    save(site, on__hydration=None)
    assert desk.wishes[-1].paused_until == NOW - timedelta(minutes=1)


def test_everything_is_stopped_and_comes_back(site: Website, desk: DeskStandIn) -> None:
    assert act(site, "stop").status == 303
    assert desk.standing.opted_out
    text = site.get(PATH).text
    assert "You have stopped all nudges." in text
    assert 'type="checkbox"' not in text
    assert act(site, "back").status == 303
    assert not desk.standing.opted_out


def test_all_changes_can_be_taken_back_at_once(site: Website, desk: DeskStandIn) -> None:
    assert 'value="reset"' not in site.get(PATH).text
    save(site, on__hydration=None, language="es", nth__sitting_break="2")
    assert act(site, "reset").status == 303
    assert desk.preferences == desk.person.preferences
    assert desk.changes.stopped == frozenset()


@pytest.mark.parametrize(
    "fields", [{}, {"act": ""}, {"act": "explode"}, {"act": "pause"}, {"act": "pause", "days": "9999"}]
)
def test_a_button_that_we_do_not_have_is_refused(site: Website, desk: DeskStandIn, fields: dict[str, str]) -> None:
    assert site.post(PATH, fields).status == 400
    assert desk.wishes == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_sites_form_is_refused(site: Website, desk: DeskStandIn, headers: dict[str, str]) -> None:
    assert site.post(PATH, {"seen": desk.seen, "act": "stop"}, headers).status == 403
    assert not desk.standing.opted_out


def test_a_page_that_is_nobodys_is_not_found(site: Website, desk: DeskStandIn) -> None:
    assert site.get("/p/x").status == 404
    assert site.post("/p/x", {"seen": desk.seen, "act": "stop"}).status == 404


class Forgetting(DeskStandIn):
    """Its person is forgotten while they fill in the form."""

    def wish(self, token: str, wanted: Wanted, seen: str) -> Heard | None:  # noqa: ARG002 - the desk's
        return None


def test_who_is_forgotten_meanwhile_is_not_found() -> None:
    desk = Forgetting()
    with Website(desk) as site:
        assert site.post(PATH, {"seen": desk.seen, "act": "stop"}).status == 404


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_gives_nobody_away(site: Website, desk: DeskStandIn, language: str) -> None:
    desk.person = sam(language)
    text = re.sub(r'(value|name|id)="[^"]*"', "", site.get(PATH).text).lower()
    assert [word for word in ("pregnan", "embaraz", "baby", "birth", "due date", "parto", "sam") if word in text] == []

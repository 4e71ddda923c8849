"""Crashes at length: 200 kills at seeded random moments, one at every boundary, one at every message in flight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import pytest

from scheduler.delivery.delivery import State
from tests.standins.comparison import Verdict
from tests.standins.crashes import BY_EMAIL, BY_SMS, NUDGES, Kill, Site

ROUNDS = 200
SEED = 20261123


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("crashes")) as site:
        yield site


def played(name: str, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Play the rounds, a line for each, and a sum at the end. One that breaks the promise does not stop the others."""
    told = []
    for number, verdict in enumerate(verdicts, 1):
        told.append(verdict)
        print(f"{name} {number:>3}  {verdict}{'  ' + '; '.join(verdict.faults) if verdict.faults else ''}", flush=True)  # noqa: T201 - progress
    in_flight, found, repeats, doubled, lost = (
        sum(getattr(each, count) for each in told) for count in ("in_flight", "found", "repeats", "doubled", "lost")
    )
    due = sum(each.states.total() for each in told)
    unknown = sum(each.states[State.UNKNOWN] for each in told)
    print(  # noqa: T201 - the figures of docs/reliability.md
        f"{name}: {len(told)} rounds, {due} due, {in_flight} in flight when killed, {found} found, "
        f"{repeats} repeated, {unknown} unknown, {doubled} doubled, {lost} lost",
        flush=True,
    )
    return told


def broken(verdicts: Iterable[Verdict]) -> list[str]:
    return [fault for each in verdicts for fault in each.faults]


def test_kills_at_random_moments(site: Site) -> None:
    moments = site.moments(SEED)
    # one in four is killed again while it picks up the pieces
    kills = [list(islice(moments, 1 if number % 4 else 2)) for number in range(ROUNDS)]
    verdicts = played("moment", (site.round(*each) for each in kills))
    assert broken(verdicts) == []
    assert sum(each.in_flight > 0 for each in verdicts) > ROUNDS // 4, "most kills came when nothing was in flight"


def test_a_kill_at_every_boundary(site: Site) -> None:
    kills = [Kill(boundary=number) for number in range(1, site.boundaries + 1)]
    assert broken(played("boundary", (site.round(each) for each in kills))) == []


def test_a_kill_while_twilio_has_each_message(site: Site) -> None:
    kills = [Kill(sms=number) for number in range(1, len(BY_SMS) * (len(NUDGES) + 1) + 1)]
    verdicts = played("sms", (site.round(each) for each in kills))
    assert broken(verdicts) == []
    assert all(each.found for each in verdicts)


def test_a_kill_while_the_mail_server_has_each_letter(site: Site) -> None:
    kills = [Kill(letter=number) for number in range(1, len(BY_EMAIL) * (len(NUDGES) + 1) + 1)]
    verdicts = played("letter", (site.round(each) for each in kills))
    assert broken(verdicts) == []
    assert all(each.repeats for each in verdicts)

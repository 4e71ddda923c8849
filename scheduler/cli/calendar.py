"""A plan as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import icalendar

from messages.catalogue import CATALOGUE
from scheduler.planning.slot import Verdict
from scheduler.service.preview import Previewed


def calendar(previewed: Sequence[Previewed], now: datetime) -> str:
    """One event for each nudge that is sent, at its UTC instant and with an identity of its own, so that importing
    again changes and never doubles. It says no more than a locked screen may show, unless the person is not discreet.
    """
    file = icalendar.Calendar()
    file.add("prodid", "-//legup//legup//EN")
    file.add("version", "2.0")
    several = len({each.person for each in previewed}) > 1
    for each in previewed:
        if each.action is Verdict.SEND:
            file.add_component(_event(each, now, several=several))
    return str(file.to_ical(), "utf-8")


def _event(each: Previewed, now: datetime, *, several: bool) -> icalendar.Event:
    title = "legup" if each.discreet else CATALOGUE[each.nudge].title.capitalize()
    event = icalendar.Event()
    event.add("uid", f"{hashlib.sha256(each.cause.encode()).hexdigest()[:32]}@legup")
    event.add("dtstamp", now)
    event.add("dtstart", each.due)
    event.add("dtend", each.due + each.lifetime)
    event.add("summary", f"{title} ({each.person})" if several else title)
    event.add("transp", "TRANSPARENT")  # a nudge does not make anyone busy
    return event

"""What an answer speaks of, as one compact line of JSON: the form in which storage keeps it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache

from messages.message import NO_DETAILS, Details


def to_text(details: Details) -> str | None:
    """The canonical text; None when there is nothing to say."""
    if details is NO_DETAILS or details == NO_DETAILS:
        return None
    until = None if details.until is None else details.until.astimezone(UTC).isoformat()
    written = {"about": details.about, "count": details.count, "nth": details.nth, "until": until}
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1024)
def from_text(text: str | None) -> Details:
    """Read what `to_text` wrote. Raises ValueError for anything else."""
    if text is None:
        return NO_DETAILS
    try:
        written = json.loads(text)
        until = written["until"]
        return Details(
            count=int(written["count"]),
            about=str(written["about"]),
            nth=int(written["nth"]),
            until=None if until is None else datetime.fromisoformat(until),
        )
    except (KeyError, TypeError, ValueError):
        raise ValueError("stored details cannot be read: were they written by a newer legup?") from None

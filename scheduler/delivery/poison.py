"""Poison: what raises instead of being decided or prepared. It is tried again a few times, further and further apart,
and then given up with its reason, as a dead letter. Pure.
"""

from __future__ import annotations

from datetime import datetime, timedelta

MOST_RETRIES = 5

_FIRST_PAUSE = timedelta(seconds=30)
"""The fifth retry comes a quarter of an hour after the first try: long enough to mend a template that was just saved
half done, short enough for most lifetimes."""

GIVEN_UP = "gave up after"
"""How the reason of every dead letter begins; they are counted by it."""


def again_at(failures: int, now: datetime, until: datetime | None = None) -> datetime | None:
    """When something that has now failed so many times in a row is tried again; None: it is given up, because it was
    retried often enough or its life would be over by then."""
    if failures > MOST_RETRIES:
        return None
    at = now + _FIRST_PAUSE * (1 << (failures - 1))
    return at if until is None or at < until else None


def given_up(failures: int, what: str, error: Exception) -> str:
    """The reason of a dead letter. The error's own text may hold a number or a body and stays out."""
    tries = "1 try" if failures == 1 else f"{failures} tries"
    return f"{GIVEN_UP} {tries}: it could not be {what} ({type(error).__name__})"

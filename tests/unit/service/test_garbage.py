"""How often garbage is looked for is as it was, whatever was done meanwhile."""

from __future__ import annotations

import gc
from contextlib import suppress

from scheduler.service.garbage import rarely_collected, settled


def test_it_is_looked_for_more_rarely_meanwhile_and_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with suppress(KeyError), rarely_collected():
        assert gc.get_threshold()[0] > before[0]
        raise KeyError
    assert gc.get_threshold() == before


def test_what_a_started_service_has_is_not_looked_through_until_it_ends() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with settled():
        assert gc.get_freeze_count() > frozen
        assert gc.get_threshold()[0] > before[0]
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)

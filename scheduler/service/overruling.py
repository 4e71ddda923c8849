"""Saying so when the config file wins over what people had changed themselves."""

from __future__ import annotations

import logging
from collections.abc import Sequence

log = logging.getLogger("legup.run")

_MOST_NAMED = 20


def tell_overruled(people: Sequence[str]) -> None:
    """The file wins over an earlier change only where it says something new, and says so (DESIGN)."""
    if people:
        named = ", ".join(people[:_MOST_NAMED]) + (", ..." if len(people) > _MOST_NAMED else "")
        log.warning("the config file says something new where these had changed it themselves, and holds: %s", named)

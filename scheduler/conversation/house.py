"""What this installation is, as far as answering people depends on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class House:
    """As the settings say; equal for everyone who writes."""

    handles_stop_words: bool = True
    """The provider itself answers the plain English words STOP, START and HELP: we act on them and do not answer."""
    toll_free: bool = False
    """Our number is toll-free: its carriers let people back by START and UNSTOP only, not by YES."""
    languages: tuple[str, ...] = ("en", "es")
    """Those that texts exist in."""

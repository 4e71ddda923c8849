"""The one packaged example, from which a first legup.yaml is written."""

from __future__ import annotations

from importlib.resources import files

ZONE = "timezone: Europe/London"


def example(timezone: str) -> str:
    """The example's text with this zone (an IANA name) put in."""
    text = files("config").joinpath("example.yaml").read_text(encoding="utf-8")
    return text.replace(f"\n{ZONE}\n", f"\ntimezone: {timezone}\n", 1)

"""The one packaged example, from which a first legup.yaml is written."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

SCHEMA = "$schema=schema.json"
ZONE = "timezone: Europe/London"


def example(timezone: str) -> str:
    """The example's text with this zone (an IANA name) put in, and for editors the place of the packaged schema."""
    package = files("config")
    text = package.joinpath("example.yaml").read_text(encoding="utf-8")
    schema = Path(str(package.joinpath("schema.json"))).as_uri()
    return text.replace(SCHEMA, f"$schema={schema}", 1).replace(f"\n{ZONE}\n", f"\ntimezone: {timezone}\n", 1)

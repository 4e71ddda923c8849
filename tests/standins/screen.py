"""A console on which one can wait for a welcome."""

from __future__ import annotations

from io import StringIO

from tests.standins.gathering import Gathering


class Screen(StringIO):
    """`welcomes` has what was written of each."""

    def __init__(self) -> None:
        super().__init__()
        self.welcomes: Gathering[str] = Gathering()

    def write(self, text: str) -> int:
        if "welcome" in text:
            self.welcomes.add(text)
        return super().write(text)

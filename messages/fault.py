"""What is wrong with a template, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class TemplateFault:
    """One thing to mend in one file. The text never quotes a filled-in message."""

    file: Path
    line: int | None
    """Counted from 1; None when the fault is in the file as a whole."""
    text: str

    def __str__(self) -> str:
        place = f"{self.file}" if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.text}"


class TemplateError(Exception):
    """A template that cannot be used. Raised while rendering; `Renderer.check` finds it beforehand."""

    def __init__(self, *faults: TemplateFault) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults

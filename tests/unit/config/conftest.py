from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from config.loading import Loaded, load

NUDGES = ("bedtime_stretch", "daily_exercise", "potassium", "legs_up", "support_hose", "magnesium", "hydration")
LANGUAGES = ("en", "es")

LoadText = Callable[..., Loaded]


@pytest.fixture
def load_text(tmp_path: Path) -> LoadText:
    def write_and_load(text: str | bytes, environ: Mapping[str, str] | None = None) -> Loaded:
        source = tmp_path / "legup.yaml"
        source.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(source, nudges=NUDGES, languages=lambda _: LANGUAGES, environ=environ or {})

    return write_and_load


@pytest.fixture
def told(load_text: LoadText, tmp_path: Path) -> Callable[..., list[str]]:
    """The faults of a text as `line:column: text` (or the source of anything outside the file)."""

    def faults_of(text: str | bytes, environ: Mapping[str, str] | None = None) -> list[str]:
        loaded = load_text(text, environ)
        assert (loaded.config is None) == any(not fault.warning for fault in loaded.faults)
        shown = []
        for fault in loaded.faults:
            place = str(loaded.place_of(fault.path)).replace(f"{tmp_path}/legup.yaml", "").removeprefix(":")
            shown.append(f"{place}: {'warning: ' if fault.warning else ''}{fault.text}")
        return shown

    return faults_of

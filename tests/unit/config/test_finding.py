from pathlib import Path

import pytest

from config import finding
from config.finding import ConfigNotFound, find_config


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, an empty home, and a system that has no configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(finding, "SYSTEM", tmp_path / "etc" / "legup.yaml")
    return tmp_path


def written(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_what_was_named_is_taken_even_when_it_is_missing(nowhere: Path) -> None:
    written(nowhere / "legup.yaml")
    assert find_config(Path("mine.yaml"), {"LEGUP_CONFIG": "env.yaml"}) == Path("mine.yaml")
    assert find_config(None, {"LEGUP_CONFIG": "env.yaml"}) == Path("env.yaml")


def test_the_home_of_a_user_there_is_not_is_left_to_loading_to_tell(nowhere: Path) -> None:
    assert find_config(None, {"LEGUP_CONFIG": "~nobody-of-this-name/x"}) == Path("~nobody-of-this-name/x")


def test_the_nearest_is_taken(nowhere: Path) -> None:
    system = written(nowhere / "etc" / "legup.yaml")
    assert find_config(None, {"LEGUP_CONFIG": ""}) == system
    user = written(nowhere / "home" / "legup" / "legup.yaml")
    assert find_config(None, {}) == user
    written(nowhere / "legup.yaml")
    assert find_config(None, {}) == Path("legup.yaml")


def test_when_there_is_none_the_error_lists_where_it_looked_and_the_remedy(nowhere: Path) -> None:
    with pytest.raises(ConfigNotFound) as caught:
        find_config(None, {})
    told = str(caught.value)
    for place in ("legup.yaml", str(nowhere / "home" / "legup" / "legup.yaml"), str(nowhere / "etc" / "legup.yaml")):
        assert f"\n  {place}\n" in told
    assert "`legup init`" in told

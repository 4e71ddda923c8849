"""Which file is the configuration when several could be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_config_path

from config.environment import CONFIG

NAME = "legup.yaml"
SYSTEM = Path("/etc/legup") / NAME


class ConfigNotFound(Exception):  # noqa: N818 it reads as what happened
    """No configuration anywhere. The message lists where it was looked for, and the remedy."""

    def __init__(self, looked: tuple[Path, ...]) -> None:
        self.looked = looked
        places = "".join(f"\n  {path}" for path in looked)
        super().__init__(
            f"no configuration found; looked for{places}\n`legup init` writes one, or name yours: --config FILE"
        )


def find_config(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """The file named by --config, or by LEGUP_CONFIG, or else the first there is: here, the user's, the system's.

    A file that was named is not looked for: when it is missing, loading says so. Raises ConfigNotFound.
    """
    if explicit is not None:
        return explicit
    if environ.get(CONFIG):
        named = Path(environ[CONFIG])
        try:
            return named.expanduser()
        except RuntimeError:  # `~name` of a user there is not
            return named
    candidates = (Path(NAME), user_config_path("legup", appauthor=False) / NAME, SYSTEM)
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise ConfigNotFound(candidates)

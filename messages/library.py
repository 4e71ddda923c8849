"""Where the templates are: the packaged ones, and a folder of one's own whose files take the place of theirs."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from messages.catalogue import CATALOGUE
from messages.fault import TemplateError, TemplateFault
from messages.message import LINKS
from messages.template import Place, Template
from messages.texts import Texts
from messages.words import Words

PACKAGED = Path(str(resources.files("messages") / "templates"))
"""A path, for an installed wheel always lies unpacked."""

MAX_FILE = 100_000
"""Bytes."""

WORDS = "words.toml"
HTML_FRAME = "email.html"
TEXT_FRAME = "email.txt"

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_IN_BOTH = frozenset({"greeting", "paragraphs", "why", "stop", "foot", *(f"{name}_link" for name in LINKS)})
_IN_FRAME = _IN_BOTH | {"language", "subject", *LINKS}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Frames:
    """The two shapes into which an email's words are set."""

    language: str
    text: Template
    html: Template


class Library:
    """Reads templates and keeps them; an edited file counts at once. Every method may raise TemplateError."""

    def __init__(self, own: Path | None = None, kept: dict[Path, tuple[object, Any]] | None = None) -> None:
        """`kept`: what another library of the same folder has read, and shares."""
        self._own = own
        self._kept = {} if kept is None else kept

    def glance(self) -> Library:
        """The same templates as they are now."""
        return _Glance(self._own, self._kept)

    def languages(self) -> tuple[str, ...]:
        """Every folder named like a language tag: `en`, `es`, `pt-BR`."""
        found = _folders(PACKAGED) | (set() if self._own is None else _folders(self._own))
        return tuple(sorted(name for name in found if _LANGUAGE.fullmatch(name)))

    def changed(self) -> tuple[str, ...]:
        """The languages that a folder of one's own changes anything of; all of them where it has an email's frame, or
        where there is no such folder."""
        own = self._own
        if own is None or any(_exists(own / frame) for frame in (TEXT_FRAME, HTML_FRAME)):
            return self.languages()
        return tuple(language for language in self.languages() if _exists(own / language))

    def texts(self, language: str, kind: str) -> Texts:
        """Raises KeyError for a kind the catalogue does not know."""
        return self._read(Texts.read, language, f"{CATALOGUE[kind].key}.toml")

    def title(self, language: str, kind: str) -> str:
        """What people call a kind; empty for one the catalogue does not know (any more)."""
        return self.texts(language, kind).title if kind in CATALOGUE else ""

    def words(self, language: str) -> Words:
        return self._read(Words.read, language, WORDS)

    def frames(self, language: str) -> Frames:
        """The frames are the same for every language."""
        text, html = (self._read(_frame, name) for name in (TEXT_FRAME, HTML_FRAME))
        return Frames(language, text, html)

    def strays(self) -> list[TemplateFault]:
        """Files of one's own folder that nothing will ever read: a kind or a language misspelt."""
        if self._own is None:
            return []
        try:
            # No deeper than templates lie: the folder may be named `/` by mistake.
            found = [*self._own.glob("*"), *self._own.glob("*/*")]
            files = [file for file in found if file.suffix in {".toml", ".html"} and file.is_file()]
            next(self._own.iterdir(), None)  # glob is silent about a folder that is missing or closed
        except OSError as error:
            text = f"cannot be read: {error.strerror}; `templates` names a folder of templates"
            return [TemplateFault(self._own, None, text)]
        inside = {WORDS, *(f"{kind}.toml" for kind in CATALOGUE)}
        expected = {TEXT_FRAME, HTML_FRAME} | {f"{tag}/{name}" for tag in self.languages() for name in inside}
        return [
            TemplateFault(file, None, "is no template legup knows, so nothing reads it; is its name misspelt?")
            for file in sorted(files)
            if file.relative_to(self._own).as_posix() not in expected
        ]

    def _find(self, *parts: str) -> Path:
        if self._own is None:
            return PACKAGED.joinpath(*parts)
        file = self._own.joinpath(*parts)
        try:
            return file if file.exists() else PACKAGED.joinpath(*parts)
        except OSError as error:
            raise TemplateError(TemplateFault(file, None, f"cannot be read: {error.strerror}")) from None

    def _read(self, read: Callable[[Path, str], T], *parts: str) -> T:
        file = self._find(*parts)
        try:
            status = file.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._kept.get(file)
            value: T = known[1] if known and known[0] == stamp else read(file, _source(file, status))
        except FileNotFoundError:
            raise TemplateError(TemplateFault(file, None, "is missing")) from None
        except UnicodeDecodeError:
            raise TemplateError(TemplateFault(file, None, "is not UTF-8; save it as UTF-8")) from None
        except OSError as error:
            raise TemplateError(TemplateFault(file, None, f"cannot be read: {error.strerror}")) from None
        self._kept[file] = (stamp, value)
        return value


class _Glance(Library):
    """A library at one moment. It looks at each file once, for looking at four takes half of an email's time. Not for
    several threads."""

    def __init__(self, own: Path | None, kept: dict[Path, tuple[object, Any]]) -> None:
        super().__init__(own, kept)
        self._seen: dict[tuple[str, ...], Any] = {}

    def _read(self, read: Callable[[Path, str], T], *parts: str) -> T:
        if parts not in self._seen:
            self._seen[parts] = super()._read(read, *parts)
        value: T = self._seen[parts]
        return value


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no system allows; `strays` tells
        return False


def _folders(folder: Path) -> set[str]:
    try:
        return {inner.name for inner in folder.iterdir() if inner.is_dir()}
    except OSError:  # `strays` tells why
        return set()


def _source(file: Path, status: os.stat_result) -> str:
    if not stat.S_ISREG(status.st_mode):  # a pipe or a device would be read for ever
        raise TemplateError(TemplateFault(file, None, "is not a plain file"))
    if status.st_size > MAX_FILE:
        raise TemplateError(TemplateFault(file, None, f"is larger than {MAX_FILE:,} bytes; shorten it"))
    return file.read_text(encoding="utf-8-sig")


def _frame(file: Path, source: str) -> Template:
    template = Template.read(source, Place(file, 1), _IN_FRAME, html=file.suffix == ".html")
    missing = sorted(name for name in _IN_BOTH if not re.search(rf"\b{name}\b", source))
    if missing:
        raise TemplateError(TemplateFault(file, None, f"leaves out {', '.join(missing)}; a frame shows them all"))
    return template

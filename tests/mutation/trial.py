"""One trial: the tests, run in a forked process in which one module is a mutant. No file is touched."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest

from tests.mutation.mutants import Mutant

EXAMPLES = 25
"""Of each property; a mutant that only one example in a thousand tells apart is a matter for `make fuzz`."""
MOST_MEMORY = 4 * 2**30
"""Bytes: a mutant may well fill a list for ever."""


class Verdict(Enum):
    """What became of a mutant."""

    KILLED = "a test failed"
    TIMEOUT = "it ran too long"
    SURVIVED = "every test passed"


def begin(mutant: Mutant | None, tests: Sequence[Sequence[str]], seconds: int) -> int:
    """Fork a process that runs one group of tests after the other until the first failure; returns its number.

    None: nothing is changed.
    """
    number = os.fork()
    if number:
        return number
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    code = 1
    with suppress(BaseException):  # whatever a mutant raises, it is found out
        if mutant is not None:
            sys.meta_path.insert(0, _Replacing(mutant))
        code = next((code for group in tests if (code := _run(group)) != 0), 0)
    os._exit(code)


def verdict_of(status: int) -> Verdict:
    """What a process' exit status says."""
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return Verdict.TIMEOUT
    return Verdict.SURVIVED if status == 0 else Verdict.KILLED


def _run(tests: Sequence[str]) -> int:
    """pytest's exit code."""
    # Each garbage collection at the end, by unraisableexception, takes as long as most tests.
    words = ("-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:unraisableexception", "--assert=plain")
    return int(pytest.main([*words, *tests], plugins=[_FewExamples()]))


class _Replacing(MetaPathFinder, Loader):
    """Gives the mutant where its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = module_of(mutant.file)

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != self._name:
            return None
        return spec_from_loader(name, self, origin=str(self._mutant.file))

    def exec_module(self, module: ModuleType) -> None:
        code = compile(self._mutant.source, str(self._mutant.file), "exec")
        exec(code, module.__dict__)  # noqa: S102 - what import itself does with a module's source


class _FewExamples:
    """The same few examples of each property for every mutant: a survivor must not depend on luck."""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        few = hypothesis.settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None)
        for item in items:
            test = getattr(item, "obj", None)
            if hasattr(test, "hypothesis"):
                # The settings a test was written with would win over a profile's.
                vars(getattr(test, "__func__", test))["_hypothesis_internal_use_settings"] = few


def module_of(file: Path) -> str:
    """`scheduler.planning.stage` for scheduler/planning/stage.py."""
    return ".".join(file.with_suffix("").parts)

"""Failing assertions of the shared suites show their values, as those of a test file do."""

from __future__ import annotations

import pytest

PARTS = (
    *(
        "",
        "_roster",
        "_entries",
        "_claims",
        "_attempts",
        "_doubts",
        "_overtaking",
        "_poison",
        "_stops",
        "_records",
        "_clock",
    ),
    *("_hearing", "_reactions", "_changes", "_endings", "_telling", "_consents", "_reports"),
)

pytest.register_assert_rewrite(*(f"tests.contract.outbox{part}" for part in PARTS))

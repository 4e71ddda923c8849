"""Handles: random texts that stand for people in links, so that no link tells who it is for."""

from __future__ import annotations

from secrets import token_urlsafe

_BYTES = 12
"""96 bits: a million people could each be guessed at a million times a second for a million years."""


def new_handle() -> str:
    return token_urlsafe(_BYTES)

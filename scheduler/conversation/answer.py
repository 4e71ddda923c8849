"""The kinds of answers: each is an entry of the message catalogue."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

AnswerKind: TypeAlias = Literal[
    "stopped",
    "stopped_one",
    "back",
    "back_one",
    "consent",
    "help",
    "help_stopped",
    "help_ended",
    "done",
    "relief",
    "frequent_cramps",
    "snoozed",
    "less",
    "more",
    "paused",
    "resumed",
    "language",
    "born",
    "loss",
    "forget_ask",
    "forgotten",
    "unclear",
]
ANSWERS: tuple[AnswerKind, ...] = get_args(AnswerKind)

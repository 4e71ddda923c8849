"""Asking the person at the keyboard."""

from __future__ import annotations

from scheduler.cli.failure import Failure


def ask(question: str) -> str:
    """The answer without the blanks around it. Raises Failure when there is none."""
    try:
        return input(question).strip()
    except EOFError:
        print()
        raise Failure("the questions were not answered, so nothing was done") from None
    except UnicodeDecodeError:
        raise Failure("the answer is not UTF-8 text, so nothing was done") from None

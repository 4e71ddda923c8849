"""What keys the file may hold, as the models say: for suggestions, environment variables and the docs' test."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel

from config.fault import FaultPath
from config.settings import PersonSection, Settings

PREFIX = "LEGUP_"


def keys_at(path: FaultPath, model: type[BaseModel] = Settings) -> list[str]:
    """The keys that may stand at this path; none where no mapping belongs or where its keys are free."""
    current: Any = model
    for key in path:
        current = _inner(current, key)
    return list(current.model_fields) if _is_model(current) else []


def belongs_elsewhere(path: FaultPath) -> str:
    """A remedy for a known key in the wrong place, or nothing."""
    key = str(path[-1])
    if len(path) == 1 and key in PersonSection.model_fields:
        return "; it belongs to a person, below `people:`"
    if len(path) == 3 and path[0] == "plans" and key in PersonSection.model_fields:
        return "; it belongs to a person, below `people:`"
    if len(path) == 3 and path[0] in ("people", "plans") and key in Settings.model_fields:
        return "; it belongs to the top of the file"
    return ""


def variables() -> dict[str, FaultPath]:
    """The environment variables: `LEGUP_TWILIO__AUTH_TOKEN` for ("twilio", "auth_token").

    People and nudges have none.
    """
    return {PREFIX + "__".join(map(str, path)).upper(): path for path in _leaves(Settings, ())}


def _leaves(model: type[BaseModel], path: FaultPath) -> Iterator[FaultPath]:
    for name, field in model.model_fields.items():
        inner = _without_none(field.annotation)
        if _is_model(inner):
            yield from _leaves(inner, (*path, name))
        elif not any(_is_model(each) for each in get_args(inner)):
            yield (*path, name)


def _inner(current: Any, key: str | int) -> Any:
    if _is_model(current):
        field = current.model_fields.get(str(key))
        return _without_none(field.annotation) if field else None
    return (get_args(current) or (None,))[-1]  # of dict[str, X] and list[X], X


def _without_none(annotation: Any) -> Any:
    choices = [choice for choice in get_args(annotation) if choice is not NoneType]
    return choices[0] if NoneType in get_args(annotation) and len(choices) == 1 else annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)

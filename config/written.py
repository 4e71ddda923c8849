"""What was written, and where: plain values with the place of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from config.fault import Fault, FaultPath, Place


@dataclass(frozen=True, slots=True)
class Written:
    """What one source holds: the file, the environment, or a folder of secrets. Never printed: it holds secrets."""

    values: dict[str, Any] = field(default_factory=dict, repr=False)
    places: dict[FaultPath, Place] = field(default_factory=dict, repr=False)
    """Where each value begins; of a mapping or list under a key, where the key stands."""
    keys: dict[FaultPath, Place] = field(default_factory=dict, repr=False)
    """Where each key begins."""
    faults: list[Fault] = field(default_factory=list)

    def put(self, path: FaultPath, value: object, place: Place) -> None:
        """Write one value; the sections on its way are made."""
        section = self.values
        for key in path[:-1]:
            section = section.setdefault(str(key), {})
        section[str(path[-1])] = value
        self.places[path] = place


class Layer(PydanticBaseSettingsSource):
    """One source as pydantic-settings takes it, without what has already been found broken."""

    def __init__(self, settings: type[BaseSettings], values: dict[str, Any]) -> None:
        super().__init__(settings)
        self._values = values

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 as the library asks
        """For sources that look up one field after the other."""
        return self._values.get(field_name), field_name, False  # pragma: no cover as this one hands over everything

    def __call__(self) -> dict[str, Any]:
        return self._values


def without(values: dict[str, Any], paths: Iterable[FaultPath]) -> dict[str, Any]:
    """A copy of `values` that lacks what lies at these paths."""
    inner: dict[str | int, list[FaultPath]] = {}
    for first, *rest in paths:
        inner.setdefault(first, []).append(tuple(rest))
    return {
        key: without(value, inner[key]) if key in inner and isinstance(value, dict) else value
        for key, value in values.items()
        if () not in inner.get(key, ())
    }

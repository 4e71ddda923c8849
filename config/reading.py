"""Reads what was written into the models, one fault per mistake, and goes on with whatever is sound."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.fault import Fault, FaultPath, Place
from config.merging import person_of, plans_of
from config.roster_check import Enrolled, unknown_plan
from config.settings import PersonSection, Plans, Settings
from config.suggestion import did_you_mean
from config.wording import empty, fault_of
from config.written import Layer, Written, without

Model = TypeVar("Model", bound=BaseModel)


class Reading:
    """The file with the other layers over it, later ones winning. Faults and places gather here as it is read."""

    def __init__(self, layers: Sequence[Written], nudges: Collection[str], start: Place) -> None:
        self.places: dict[FaultPath, Place] = {(): start}
        self.faults: list[Fault] = []
        for layer in layers:
            self.places |= layer.places
            self.faults += layer.faults
        self._values = [layer.values for layer in layers]
        self._file = layers[0]
        self._nudges = nudges
        self._told: set[FaultPath] = set()

    def settings(self) -> Settings:
        """Everything but the people."""
        values = [{key: value for key, value in each.items() if key != "people"} for each in self._values]

        def build(broken: set[FaultPath]) -> Settings:
            layers = [Layer(Settings, without(each, broken)) for each in reversed(values)]
            return Settings(_build_sources=(tuple(layers), {}))

        self._note_unknown_nudges(self._file.values, ())
        plans = self._file.values.get("plans")
        for name, plan in plans.items() if isinstance(plans, dict) else ():
            if isinstance(plan, dict):
                self._note_unknown_nudges(plan, ("plans", name))
        return self._sound(build, (), self._file.values)

    def people(self, settings: Settings) -> list[Enrolled]:
        """Each person alone: what is wrong with one hides nothing of another."""
        people = self._file.values.get("people") or []
        if not isinstance(people, list):
            self._note(Fault(("people",), "people are a list: begin each one with a dash, `- id: me`"))
            return []
        if not people and ("people" in self._file.values or not settings.plans):
            self._note(Fault(("people",), "nobody to nudge: write `people:` and below it `- id: me`"))
        plans = plans_of(settings)
        enrolled = []
        for index, written in enumerate(people):
            if isinstance(written, dict):
                enrolled.append(self._person(written, index, plans))
            else:
                self._note(Fault(("people", index), "a person is written with keys: `- id: me`"))
        return enrolled

    def note_empty_values(self) -> None:
        """Keys without a value that no model has minded: an optional one would pass for left out."""
        for path in _empty_values(self._file.values, ()):
            if not any(path[:length] in self._told for length in range(1, len(path) + 1)):
                self._note(empty(path))

    def _person(self, written: dict[str, Any], index: int, plans: Plans) -> Enrolled:
        path = ("people", index)
        stand_in = {"id": f"person-{index}"}

        def build(broken: set[FaultPath]) -> PersonSection:
            sound = without(written, {each[len(path) :] for each in broken})
            return PersonSection.model_validate(stand_in | sound if broken else sound)

        self._note_unknown_nudges(written, path)
        section = self._sound(build, path, written)
        if section.plan is not None and section.plan not in plans.named:
            self._note(Fault((*path, "plan"), unknown_plan(section.plan, plans)))
            section = section.model_copy(update={"plan": None})
        return Enrolled(path, section, person_of(section, plans.wishes(section.plan)))

    def _sound(self, build: Callable[[set[FaultPath]], Model], at: FaultPath, written: Mapping[str, Any]) -> Model:
        """Build a model; if that fails note why, and build it without what is broken.

        Only the first failure is the user's. Taking out a required key breaks its section, which goes next.
        """
        broken: set[FaultPath] = set()
        while True:
            try:
                return build(broken)
            except ValidationError as error:
                errors = error.errors(include_url=False)
                for each in errors if not broken else ():
                    path = self._written_part((*at, *each["loc"]))
                    self._told.add(path)
                    fault = fault_of(each, at, written)
                    if fault:
                        unknown = each["type"] == "extra_forbidden"
                        self._note(fault if each["type"] == "missing" else replace(fault, path=path), unknown=unknown)
                broken |= {self._to_take_out((*at, *each["loc"]), each["type"]) for each in errors}

    def _to_take_out(self, path: FaultPath, kind: str) -> FaultPath:
        """The broken value itself, or the section that lacks a key (a person's `id` has a stand-in)."""
        if kind == "missing" and path[0] != "people":
            return path[:-1]
        return path if kind == "missing" else self._written_part(path)

    def _written_part(self, path: FaultPath) -> FaultPath:
        """The path as far as it was written: a nudge's short form has no key `when`."""
        while len(path) > 1 and path not in self.places:
            path = path[:-1]
        return path

    def _note_unknown_nudges(self, written: Mapping[str, Any], at: FaultPath) -> None:
        nudges = written.get("nudges")
        for nudge in nudges if isinstance(nudges, dict) else ():
            if nudge not in self._nudges:
                known = did_you_mean(nudge, self._nudges) or f"; there are {', '.join(self._nudges)}"
                self._note(Fault((*at, "nudges", nudge), f'unknown nudge "{nudge}"{known}'), unknown=True)

    def _note(self, fault: Fault, *, unknown: bool = False) -> None:
        """An unknown key is to be seen where the key stands, not its value."""
        self._told.add(fault.path)
        self.faults.append(fault)
        if unknown and fault.path in self._file.keys:
            self.places[fault.path] = self._file.keys[fault.path]


def _empty_values(values: Any, path: FaultPath) -> Iterator[FaultPath]:
    if values is None:
        yield path
    elif isinstance(values, dict):
        for key, value in values.items():
            yield from _empty_values(value, (*path, key))
    elif isinstance(values, list):
        for index, value in enumerate(values):
            yield from _empty_values(value, (*path, index))

"""The JSON Schema of the file (draft 7, which every YAML language server reads): completion and help while editing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from config.schedule import format_duration
from config.settings import Settings

DIALECT = "http://json-schema.org/draft-07/schema#"
REFERENCE = "#/definitions/{model}"


def json_schema(nudges: Collection[str], languages: Collection[str]) -> dict[str, Any]:
    """The schema of a file, for these nudges and languages."""
    schema = Settings.model_json_schema(ref_template=REFERENCE, schema_generator=_Generator, mode="validation")
    definitions = schema.pop("$defs")
    for model in (schema, *definitions.values()):
        properties = model.get("properties", {})
        if "language" in properties:
            properties["language"]["enum"] = sorted(languages)
        if "nudges" in properties:
            properties["nudges"] |= _nudges(nudges)
    definitions["NudgeSection"] = _either_form(definitions["NudgeSection"])
    schema["properties"]["people"]["minItems"] = 1
    for section in ("TwilioSection", "SmtpSection"):
        del definitions[section]["required"]  # the environment may hold what the file lacks
    return {
        "$schema": DIALECT,
        "title": "legup's configuration",
        "description": "Who gets which nudge, and when. Times are local times of the person's zone.",
        "type": "object",
        "properties": _tidy(schema["properties"]),
        "anyOf": [{"required": ["people"]}, {"required": ["plans"]}],
        "additionalProperties": False,
        "definitions": _tidy(definitions),
    }


class _Generator(GenerateJsonSchema):
    """Leaves out null (an empty value is a fault, and an editor would offer it); a duration reads as in the file."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def encode_default(self, dft: Any) -> Any:
        return format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def _nudges(nudges: Collection[str]) -> dict[str, Any]:
    reference = {"$ref": REFERENCE.format(model="NudgeSection")}
    return {"properties": dict.fromkeys(nudges, reference), "additionalProperties": False}


def _either_form(long: dict[str, Any]) -> dict[str, Any]:
    """`hydration: on` beside `hydration: {when: on}`."""
    short = long["properties"]["when"]
    return {"description": long["description"], "anyOf": [*short["anyOf"], long]}


def _tidy(schema: Any) -> Any:
    """Without titles and defaults that say nothing, and with nothing beside a reference, where draft 7 overlooks it."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {key: _tidy(value) for key, value in schema.items() if not _says_nothing(key, value)}
    if isinstance(tidy.get("description"), str):
        tidy["description"] = " ".join(tidy["description"].split())
    if "$ref" in tidy and len(tidy) > 1:
        tidy["allOf"] = [{"$ref": tidy.pop("$ref")}]
    return tidy


def _says_nothing(key: str, value: Any) -> bool:
    """A title that repeats its key, or a default that is a whole section or nothing."""
    return (key == "title" and isinstance(value, str)) or (
        key == "default" and (value in (None, "") or isinstance(value, dict))
    )

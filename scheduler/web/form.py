"""Forms as they are posted: every field, the empty and the repeated ones too, for a signature covers them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

URLENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 400


@dataclass(frozen=True, slots=True)
class Form:
    """The fields by name. What people wrote stays out of repr."""

    fields: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    async def read(cls, request: Request) -> Self:
        """Raises HTTPException: 415 for another content type, 400 for what cannot be read."""
        kind, _, parameters = request.headers.get("content-type", "").partition(";")
        if kind.strip().lower() != URLENCODED:
            raise HTTPException(415, f"a form is expected, as {URLENCODED}")
        charset = parameters.partition("charset=")[2].strip().strip('"').lower()
        if charset not in {"", "utf-8", "utf8"}:
            raise HTTPException(415, "a form is expected in UTF-8")
        return cls.parse(await request.body())

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Raises HTTPException."""
        try:
            pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        except ValueError:  # UnicodeDecodeError is one; its text would quote the body
            raise HTTPException(400, "the form cannot be read: it is not URL-encoded UTF-8") from None
        fields: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            fields[name] = (*fields.get(name, ()), value)
        return cls(fields)

    def get(self, name: str) -> str:
        """The first value; empty when there is none."""
        return self.fields.get(name, ("",))[0]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

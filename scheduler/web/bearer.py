"""The token of the API: whoever sends it is the system that the operator gave it to."""

from __future__ import annotations

import hmac
from hashlib import sha256

from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.types import Scope


class Bearer:
    """`Authorization: Bearer TOKEN` (RFC 6750)."""

    def __init__(self, token: SecretStr) -> None:
        self._digest = _digest(token.get_secret_value().encode("ascii"))

    def fits(self, scope: Scope) -> bool:
        """Takes the same time for every token."""
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        scheme, _, token = sent[0].partition(b" ") if len(sent) == 1 else (b"", b"", b"")
        return hmac.compare_digest(_digest(token.strip()), self._digest) and scheme.lower() == b"bearer"

    def require(self, scope: Scope) -> None:
        """Raises HTTPException(401)."""
        if not self.fits(scope):
            asked = {"WWW-Authenticate": 'Bearer realm="legup"'}
            raise HTTPException(401, "give the token of web.api_token: `Authorization: Bearer ...`", asked)


def _digest(token: bytes) -> bytes:
    # Of one length, so that comparing does not tell how long the token is.
    return sha256(token).digest()

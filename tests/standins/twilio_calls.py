"""What Twilio posts to a webhook, signed with Twilio's own library, over a real socket."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from tests.standins.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER

INBOUND = "/twilio/inbound"
STATUS = "/twilio/status"


class TwilioCalls:
    """Calls an installation at `reached` (where it listens) in the name of `public_url` (what Twilio was told)."""

    def __init__(self, reached: str, public_url: str | None = None, *, token: str = AUTH_TOKEN) -> None:
        self._reached = urlsplit(reached)
        self._public_url = public_url or reached
        self._validator = RequestValidator(token)
        self._sids = itertools.count(1)

    def text(self, sender: str, body: str, *, sid: str | None = None, **more: str) -> int:
        """Someone texted our number; returns the HTTP status of the answer."""
        return self.post(
            INBOUND,
            {
                "MessageSid": sid or f"SM{next(self._sids):032d}",
                "AccountSid": ACCOUNT_SID,
                "From": sender,
                "To": FROM_NUMBER,
                "Body": body,
                "NumMedia": "0",
                "FromCity": "",
                **more,
            },
        )

    def status(self, sid: str, status: str, code: int | None = None) -> int:
        """A message that went out became this."""
        told = {"MessageSid": sid, "MessageStatus": status, "AccountSid": ACCOUNT_SID}
        return self.post(STATUS, told if code is None else {**told, "ErrorCode": str(code)})

    def post(self, path: str, form: Mapping[str, str], *, signature: str | None = None) -> int:
        """Any form, signed by Twilio unless another signature is given."""
        signed = self._validator.compute_signature(self._public_url + path, dict(form))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signed if signature is None else signature,
        }
        connection = HTTPConnection(self._reached.hostname or "", self._reached.port, timeout=10)
        try:
            connection.request("POST", path, urlencode(form), headers)
            return connection.getresponse().status
        finally:
            connection.close()

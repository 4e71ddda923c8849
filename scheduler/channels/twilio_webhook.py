"""What Twilio posts to us: whether it really was Twilio, and what it says. Nothing here trusts the sender."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from scheduler.channels.twilio_errors import code_of
from scheduler.channels.twilio_status import report_of
from scheduler.delivery.correspondence import Report
from scheduler.delivery.text_message import TextMessage

Form: TypeAlias = Mapping[str, Sequence[str]]
"""Every parameter with every value it had, empty ones too."""

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_PARTY = re.compile(r"\+?[0-9A-Za-z]{1,32}")
_CODE = re.compile(r"[0-9]{5}")
LONGEST = 1600
"""Characters; Twilio joins no longer text."""


class FormError(ValueError):
    """A form that Twilio would not have sent. Its text names the parameter and repeats no value."""


class Signatures:
    """Twilio's own validator for one account."""

    def __init__(self, auth_token: SecretStr) -> None:
        self._validator = RequestValidator(auth_token.get_secret_value())

    def fit(self, url: str, form: Form, signature: str) -> bool:
        """Whether the account's token signed exactly this: the URL as Twilio was given it, and every parameter."""
        try:
            return bool(self._validator.validate(url, _Everything(form), signature))
        except ValueError:  # half a character, or a port that is none: whoever sent it was not Twilio
            return False


class _Everything(dict[str, Sequence[str]]):
    """A form as the validator looks at it: by this method it finds every value of a parameter."""

    def getall(self, name: str) -> Sequence[str]:
        return self[name]


def text_of(form: Form, at: datetime) -> TextMessage:
    """The message of an inbound callback that came at this instant. Raises FormError."""
    return TextMessage(
        sid=_fitting(form, "MessageSid", _SID),
        sender=_fitting(form, "From", _PARTY),
        recipient=_fitting(form, "To", _PARTY),
        text=_one(form, "Body", "")[:LONGEST],
        at=at,
        opt_out_type=_one(form, "OptOutType", "").upper() or None,
    )


def status_of(form: Form, at: datetime) -> Report | None:
    """What a status callback says; None where there is nothing to report yet. Raises FormError."""
    code = _one(form, "ErrorCode", "")
    return report_of(
        _fitting(form, "MessageSid", _SID),
        _one(form, "MessageStatus"),
        code_of(int(code)) if _CODE.fullmatch(code) else None,
        at,
    )


def _fitting(form: Form, name: str, pattern: re.Pattern[str]) -> str:
    value = _one(form, name)
    if not pattern.fullmatch(value):
        raise FormError(f"{name} is not what Twilio sends")
    return value


def _one(form: Form, name: str, otherwise: str | None = None) -> str:
    values = form.get(name, ())
    if not values and otherwise is not None:
        return otherwise
    if len(values) != 1:
        raise FormError(f"{name} is given {len(values)} times")
    return values[0]

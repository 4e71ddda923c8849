"""The accounts legup sends through. Each channel is given its own account and nothing else of the settings."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config.inbound import Inbound


class Section(BaseModel):
    """A part of the settings: unknown keys are faults, and an error never shows the input."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True)


class Limits(Section):
    """How fast one account may be used."""

    messages_per_second: Annotated[float, Field(gt=0, le=10_000)] = 1.0
    """Messages begun in one second, at most."""
    concurrency: Annotated[int, Field(ge=1, le=1_000)] = 4
    """Sends under way at once."""


class TwilioAccount(Section):
    """SMS by Twilio: an account with its auth token or an API key, and a number or a Messaging Service to send from."""

    account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-fA-F]{32}$")]
    """The account: AC and 32 hexadecimal digits."""
    auth_token: SecretStr | None = None
    """The account's token. A secret; give this, or an API key."""
    api_key_sid: Annotated[str, Field(pattern=r"^SK[0-9a-fA-F]{32}$")] | None = None
    """An API key: SK and 32 hexadecimal digits."""
    api_key_secret: SecretStr | None = None
    """The API key's secret."""
    from_number: Annotated[str | None, Field(repr=False)] = None
    """E.164, or a short code."""
    messaging_service_sid: Annotated[str, Field(pattern=r"^MG[0-9a-fA-F]{32}$")] | None = None
    """A Messaging Service to send from, instead of a number: MG and 32 hexadecimal digits."""
    base_url: Annotated[str | None, Field(repr=False)] = None
    """Another address of the API, for a proxy or a stand-in; left out: Twilio's own."""
    timeout: Annotated[float, Field(gt=0, le=120)] = 10.0
    """Seconds to wait for an answer."""
    inbound: Inbound | None = None
    """How replies come in: webhook, poll or off. Left out: webhook where `web` is reached from outside and there is an
    auth_token, else poll."""
    handles_stop_words: bool | None = None
    """Whether Twilio itself answers STOP, START and HELP; left out: yes, but not for a short code."""


class SmtpSecurity(StrEnum):
    """How the connection is protected: upgraded by STARTTLS, TLS from the first byte, or not at all."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SmtpAccount(Section):
    """Email by SMTP."""

    host: Annotated[str, Field(min_length=1)]
    """Name of the server."""
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    """Left out: 587 for STARTTLS, 465 for TLS, 25 without."""
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    """starttls, tls, or none."""
    username: Annotated[str | None, Field(repr=False)] = None
    """Name to log in with."""
    password: SecretStr | None = None
    """Password to log in with. A secret."""
    from_address: Annotated[str, Field(min_length=3, repr=False)]
    """`nudges@example.org` or `legup <nudges@example.org>`."""
    reply_to: Annotated[str | None, Field(repr=False)] = None
    """Where answers go, if not to the sender's address."""
    timeout: Annotated[float, Field(gt=0, le=120)] = 20.0
    """Seconds to wait for each answer."""
    ca_file: str | None = None
    """PEM certificates to trust instead of the system's."""


class AppriseAccount(Section):
    """Everything Apprise can reach; the URLs are each person's own."""

    timeout: Annotated[float, Field(gt=0, le=120)] = 20.0
    """Seconds to wait for an answer."""

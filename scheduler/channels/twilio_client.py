"""Twilio's own client for one account, by its auth token or its API key."""

from __future__ import annotations

from twilio.rest import Client

from config.accounts import TwilioAccount
from scheduler.channels.twilio_http import TwilioHttp
from scheduler.channels.unavailable import ChannelUnavailable


def client_of(account: TwilioAccount, http: TwilioHttp) -> Client:
    """Raises ChannelUnavailable when the account has neither an auth token nor an API key."""
    user, secret = account.account_sid, account.auth_token
    if account.api_key_sid is not None:
        user, secret = account.api_key_sid, account.api_key_secret
    if secret is None:
        raise ChannelUnavailable("twilio: set auth_token, or api_key_sid together with api_key_secret")
    # Without an environment of its own the library would read TWILIO_REGION and TWILIO_EDGE and change the host.
    return Client(
        user, secret.get_secret_value(), account.account_sid, http_client=http, environment={"TWILIO_EDGE": ""}
    )

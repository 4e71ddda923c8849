"""The errors of this package: a channel that cannot be set up at all, and an inbox that cannot be read just now."""

from __future__ import annotations


class ChannelUnavailable(Exception):  # noqa: N818  it names a state of the channel, as the other outcomes do
    """A channel cannot be built on this machine with this account; the message is the remedy and holds no secret."""


class InboxUnavailable(Exception):  # noqa: N818  see above
    """A provider does not list messages at the moment. The message says why and holds no secret and no number."""

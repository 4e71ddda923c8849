"""The one error of this package: a channel that cannot be set up at all."""

from __future__ import annotations


class ChannelUnavailable(Exception):  # noqa: N818  it names a state of the channel, as the other outcomes do
    """A channel cannot be built on this machine with this account; the message is the remedy and holds no secret."""

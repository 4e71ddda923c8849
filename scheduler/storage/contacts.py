"""Contacts as opt-outs keep them: hashed with the service's key, so that a stop outlives the number it came from."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from config.person import ChannelName, Contacts


@dataclass(frozen=True, slots=True)
class ContactHashes:
    """One hash per contact a person has."""

    phone: bytes | None
    email: bytes | None
    apprise: bytes | None

    def known(self) -> list[bytes]:
        return [each for each in (self.phone, self.email, self.apprise) if each is not None]

    def reached_by(self, channel: ChannelName) -> bytes | None:
        """The contact that a channel goes to; the console goes to nobody's."""
        hashes = {ChannelName.SMS: self.phone, ChannelName.EMAIL: self.email, ChannelName.APPRISE: self.apprise}
        return hashes.get(channel)


@dataclass(frozen=True, slots=True)
class ContactHasher:
    """HMAC-SHA256 over a normalised contact. Without the key a table of all phone numbers would undo a plain hash."""

    key: bytes = field(repr=False)

    def of(self, contacts: Contacts) -> ContactHashes:
        return ContactHashes(
            self._hash(contacts.phone),
            None if contacts.email is None else self._hash(contacts.email.lower()),
            self._hash(contacts.apprise),
        )

    def at(self, channel: ChannelName, address: str) -> bytes | None:
        """The contact behind an address of that channel; None for the console, which is nobody's."""
        contacts = {
            ChannelName.SMS: Contacts(phone=address),
            ChannelName.EMAIL: Contacts(email=address),
            ChannelName.APPRISE: Contacts(apprise=address),
        }
        return self.of(contacts.get(channel, Contacts())).reached_by(channel)

    def _hash(self, contact: str | None) -> bytes | None:
        if contact is None:
            return None
        return hmac.digest(self.key, contact.strip().encode(), "sha256")

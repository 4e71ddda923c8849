"""Contacts are recognised however they are written, and given away by nothing."""

from __future__ import annotations

from config.person import ChannelName, Contacts
from scheduler.storage.contacts import ContactHasher, ContactHashes

HASHER = ContactHasher(b"one key")


def test_an_address_is_the_same_in_capitals_and_with_blanks_around() -> None:
    written = HASHER.of(Contacts(email=" Sam@Example.ORG "))
    assert written == HASHER.of(Contacts(email="sam@example.org"))


def test_an_apprise_address_keeps_its_capitals() -> None:
    assert HASHER.of(Contacts(apprise="ntfy://Topic")) != HASHER.of(Contacts(apprise="ntfy://topic"))


def test_another_key_gives_another_hash() -> None:
    contacts = Contacts(phone="+447700900123")
    assert ContactHasher(b"another").of(contacts) != HASHER.of(contacts)


def test_only_contacts_that_exist_are_known() -> None:
    assert HASHER.of(Contacts("Sam")).known() == []
    assert len(HASHER.of(Contacts("Sam", "+441", "x@example.org", "ntfy://t")).known()) == 3


def test_each_channel_reaches_its_own_contact() -> None:
    hashes = ContactHashes(b"phone", b"email", b"apprise")
    reached = {name: hashes.reached_by(name) for name in ChannelName}
    assert reached == {
        ChannelName.CONSOLE: None,
        ChannelName.SMS: b"phone",
        ChannelName.EMAIL: b"email",
        ChannelName.APPRISE: b"apprise",
    }


def test_the_key_is_never_shown() -> None:
    assert "one key" not in repr(HASHER)

"""The outbox in memory keeps the contract."""

from __future__ import annotations

import pytest

from scheduler.storage.memory import MemoryOutbox
from tests.contract.outbox import OutboxContract
from tests.standins.outbox_parts import KEY


class TestMemoryOutbox(OutboxContract):
    @pytest.fixture
    def outbox(self) -> MemoryOutbox:
        return MemoryOutbox(contact_key=KEY)

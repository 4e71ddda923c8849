"""What every outbox keeps. A test class that inherits this and gives a `make_outbox` fixture is held to all of it."""

from __future__ import annotations

from tests.contract.outbox_attempts import AttemptsContract
from tests.contract.outbox_changes import ChangesContract
from tests.contract.outbox_claims import ClaimsContract
from tests.contract.outbox_clock import ClockContract
from tests.contract.outbox_consents import ConsentContract
from tests.contract.outbox_doubts import DoubtsContract
from tests.contract.outbox_endings import EndingsContract
from tests.contract.outbox_entries import EntriesContract
from tests.contract.outbox_hearing import HearingContract
from tests.contract.outbox_overtaking import OvertakingContract
from tests.contract.outbox_poison import PoisonContract
from tests.contract.outbox_reactions import ReactionContract
from tests.contract.outbox_records import RecordsContract
from tests.contract.outbox_reports import HandingBackContract, RefusalsContract, ReportsContract
from tests.contract.outbox_roster import RosterContract
from tests.contract.outbox_stops import StopsContract
from tests.contract.outbox_telling import TellingContract


class OutboxContract(
    RosterContract,
    EntriesContract,
    ClaimsContract,
    DoubtsContract,
    AttemptsContract,
    OvertakingContract,
    PoisonContract,
    StopsContract,
    HearingContract,
    ReactionContract,
    ChangesContract,
    EndingsContract,
    TellingContract,
    ConsentContract,
    ReportsContract,
    RefusalsContract,
    HandingBackContract,
    RecordsContract,
    ClockContract,
):
    """All parts, one after the other."""

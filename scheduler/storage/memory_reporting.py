"""The part of an outbox in memory that takes what providers report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from config.person import ChannelName
from scheduler.delivery.correspondence import Report, Way
from scheduler.delivery.delivery import Delivery, State
from scheduler.delivery.reporting import UNDELIVERED, furthest, move
from scheduler.storage.memory_state import MemoryState


class MemoryReporting(MemoryState):
    """See `scheduler.delivery.conversing.Conversing`."""

    def report(self, reports: Sequence[Report], now: datetime) -> int:
        with self._lock:
            told = furthest(reports)
            found = [each for each in list(self._deliveries.values()) if each.receipt in told]
            moved = sum([self._take(each, told[each.receipt or ""], now) for each in found])
            for each in found:
                if told[each.receipt or ""].opted_out:
                    address = self._addresses[each.id, each.attempts]
                    self._opt_out(each.person, now, Way.PROVIDER, *([] if address is None else [address]))
            for receipt in told.keys() - {each.receipt for each in found}:
                self._keep(told[receipt], now)
            return moved

    def awaiting(self, since: datetime, channel: ChannelName, limit: int) -> list[str]:
        with self._lock:
            sent = [each for each in self._in(State.SENT) if each.channel is channel and each.updated_at >= since]
            sent.sort(key=lambda each: (each.updated_at, each.id), reverse=True)
            return [each.receipt for each in sent if each.receipt is not None][:limit]

    def _take(self, delivery: Delivery, report: Report, now: datetime) -> bool:
        following = delivery.channel_index + 1
        further = following < len(delivery.channels)
        made = move(report, delivery.state, further=further, alive=now < delivery.expires_at)
        if made is None:
            return False
        changes: dict[str, Any] = {"state": made.state, "reason": made.reason, "look_at": None}
        if made.state is State.PENDING:
            changes |= {"channel_index": following, "not_before": now}
        self._change(delivery.id, now, **changes)
        if made.state in {State.PENDING, State.FAILED}:
            key = (delivery.id, delivery.attempts)
            self._attempts[key] = replace(self._attempts[key], outcome=UNDELIVERED, reason=made.reason)
        return True

    def _keep(self, report: Report, now: datetime) -> None:
        before = self._early_reports.get(report.receipt)
        (kept,) = furthest([report] if before is None else [before[0], report]).values()
        if before is None or before[0] != kept:
            self._early_reports[report.receipt] = (kept, now)

    def _catch_up(self, receipts: Iterable[str | None], now: datetime) -> None:
        """Take over what was reported of these receipts before a delivery had them."""
        early = [self._early_reports.pop(each) for each in set(receipts) if each in self._early_reports]
        self.report([report for report, _ in early], now)

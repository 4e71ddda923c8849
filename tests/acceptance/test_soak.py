"""A short soak: no descriptor and no thread is left behind. Memory is watched by the long one in tests/torture."""

from __future__ import annotations

from tests.standins.soaking import soak


def test_descriptors_and_threads_do_not_grow_with_what_was_sent() -> None:
    samples = soak(300, minutes=2)
    early, late = samples[: len(samples) // 2], samples[len(samples) // 2 :]
    assert len(late) >= 2
    # Two channels of eight slots, each with a connection at most, beside database, logs and pipes.
    assert max(each.descriptors for each in late) <= max(max(each.descriptors for each in early) + 8, 40)
    # A wave per slot of either channel, a thread per letter under way, one for all texts; beside a few of the service.
    assert max(each.threads for each in samples) <= 3 * 8 + 1 + 4

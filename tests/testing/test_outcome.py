"""A clip's outcome follows from the device's events."""

from __future__ import annotations

import pytest

from tests.testing.outcomes import END_MS, event, outcome

WOKEN = event("computer", 900)


@pytest.mark.parametrize(
    ("expected", "events", "result"),
    [
        ("stop", [WOKEN, event("stop", 2100)], "right"),
        ("stop", [WOKEN, event("start", 2100)], "wrong"),
        ("stop", [WOKEN, event("start", 2050), event("stop", 2100)], "wrong"),
        ("stop", [WOKEN], "none"),
        ("stop", [], "not woken"),
        (None, [WOKEN], "quiet"),
        (None, [WOKEN, event("stop", 2100)], "false"),
        ("wake", [event("computer", 2100)], "right"),
        ("wake", [], "none"),
    ],
)
def test_the_first_event_decides(expected, events, result) -> None:
    assert outcome(expected, *events).result == result


def test_latency_is_from_the_end_of_the_speech_by_the_devices_clock() -> None:
    assert outcome("stop", WOKEN, event("stop", END_MS + 140)).latency_ms == 140
    assert outcome("stop", WOKEN, event("start", END_MS + 140)).latency_ms is None


@pytest.mark.parametrize(("heard_ms", "frames"), [(3000, 0), (2999, 0), (2960, 4), (None, None)])
def test_frames_that_the_device_did_not_hear_are_dropped(heard_ms, frames) -> None:
    assert outcome("stop", WOKEN, heard_ms=heard_ms).dropped_frames == frames


def test_a_device_agrees_only_if_each_event_comes_at_its_time() -> None:
    heard = event("stop", 2100)
    assert outcome("stop", WOKEN, heard).agrees
    assert not outcome("stop", WOKEN, heard, reference=[WOKEN, event("stop", 2140)]).agrees
    assert not outcome("stop", WOKEN, heard, reference=[WOKEN]).agrees

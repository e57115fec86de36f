"""What the board hears, by its microphone and by its link, is what the C runtime hears here."""

from __future__ import annotations

import numpy as np
import pytest
from allears.audio import read_audio
from allears.events import Event
from allears.native.listener import NativeListener
from allears_tools.demo.scenes import demo_clips
from allears_tools.firmware.golden_events import read_events, scene
from allears_tools.firmware.library import use_fresh_library

from tests.board.boards import EmulatedBoard


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    """The demo's English clips one after the other, half a second apart: int16 [n]."""
    pause = np.zeros(8000, np.int16)
    parts = [part for clip in demo_clips("en") for part in (read_audio(clip.path), pause)]
    return np.concatenate(parts)


@pytest.fixture(scope="module")
def listener() -> NativeListener:
    assert not use_fresh_library()
    return NativeListener("gb")


def told(events: list[Event]) -> list[tuple[str, str, int]]:
    return [
        (getattr(event, "id", None) or event.wake_word, event.language, round(event.time_s * 1000))
        for event in events
    ]


def test_by_microphone(board: EmulatedBoard, samples: np.ndarray, listener: NativeListener) -> None:
    listener.reset()
    expected = told(listener.feed(samples))
    assert len(expected) >= 4
    heard = board.play(samples)
    assert [(event.id, event.lang, event.at_ms) for event in heard] == expected
    assert board.ask(lambda client: client.counters()).bad_frames == 0


def test_by_link(board: EmulatedBoard, samples: np.ndarray, listener: NativeListener) -> None:
    few = samples[: 16000 * 5]
    # The stream ends in the middle of a clip: what was said by then is decided at its end.
    listener.reset()
    expected = told(listener.feed(few) + listener.finish())
    assert len(expected) >= 2
    heard = board.ask(lambda client: client.hear(few.tobytes()))
    assert [(event.id, event.lang, event.at_ms) for event in heard] == expected


def test_the_golden_events(board: EmulatedBoard) -> None:
    """Those that Python with the reference kernels and C on this machine are held to."""
    golden = read_events()
    (case,) = [c for c in golden["cases"] if c["profile"] == "gb" and not c["options"]]
    heard = board.play(scene(golden["scene"]))
    told = [(event.kind, event.lang, event.at_ms, event.number) for event in heard]
    assert told == [
        (event["event"], event["language"], round(event["time_s"] * 1000), event.get("number"))
        for event in case["events"]
    ]
    ids = [event.id for event in heard]
    assert ids == [event.get("id", event.get("wake_word")) for event in case["events"]]

"""Hears a track and counts as MLPerf Tiny does: wake words missed, and alarms where none was."""

from __future__ import annotations

import hashlib
from typing import Any

from allears import Profile, Wake
from allears.contract import SAMPLE_RATE_HZ
from allears.pipeline import Listener

from allears_tools.bench.streaming.track import LENGTH_S, Track

MLPERF_BAR = {"misses": 8, "false_alarms": 8}
"""What MLPerf Tiny asks of its 20-minute track with 50 words, at most."""

OWN_BAR = {"misses": 3, "false_alarms": 1}

_LATE_S = 1.0
"""An alarm so long after a word's recording is still its."""

_CHUNK_SAMPLES = SAMPLE_RATE_HZ // 50


def hear_track(track: Track, profile: Profile, interpreter: str | None = None) -> list[Wake]:
    """Return what a listener that only waits for wake words heard, in chunks of 20 ms."""
    listener = Listener(profile, wake_only=True, interpreter=interpreter)
    events = []
    for at in range(0, len(track.samples), _CHUNK_SAMPLES):
        events += listener.feed(track.samples[at : at + _CHUNK_SAMPLES])
    return [event for event in events + listener.finish() if isinstance(event, Wake)]


def score(track: Track, heard: list[Wake]) -> dict[str, Any]:
    """Count; an alarm within a word, or _LATE_S after its recording's end, is that word's.

    A second alarm for one word is neither right nor false; ``repeated`` counts them.
    """
    words: list[dict[str, Any]] = []
    left = list(heard)
    repeated = 0
    for start_s, end_s, clip in track.words:
        its = [event for event in left if start_s <= event.time_s <= end_s + _LATE_S]
        left = [event for event in left if event not in its]
        repeated += max(len(its) - 1, 0)
        words.append(
            {
                "clip": clip.path,
                "start_s": round(start_s, 2),
                "heard_s": round(its[0].time_s, 2) if its else None,
            }
        )
    misses = sum(word["heard_s"] is None for word in words)
    counted = {"misses": misses, "false_alarms": len(left)}
    return {
        "track_s": LENGTH_S,
        "words": len(words),
        **counted,
        "repeated": repeated,
        "false_alarms_at_s": [round(event.time_s, 2) for event in left],
        "mlperf_bar": MLPERF_BAR,
        "mlperf_bar_met": _within(counted, MLPERF_BAR),
        "own_bar": OWN_BAR,
        "own_bar_met": _within(counted, OWN_BAR),
        "track_sha256": hashlib.sha256(track.samples.tobytes()).hexdigest(),
        "placed": words,
    }


def _within(counted: dict[str, int], bar: dict[str, int]) -> bool:
    return all(counted[name] <= most for name, most in bar.items())

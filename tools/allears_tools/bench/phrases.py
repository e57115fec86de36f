"""How long after the end of a phrase its event comes."""

from __future__ import annotations

from typing import Any

import numpy as np
from allears import Command, Listener, Profile

from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.clip_audio import read_padded, speech_end_s
from allears_tools.seeds import load_language, match_command


def phrase_to_event(profile: Profile, interpreter: str) -> dict[str, Any]:
    """Hear the demo's clips of a profile's languages, one by one, as after the wake word.

    Returns:
        ``clips`` with a command in them, how many were ``right``, and of these the median and the
        90th percentile of the audio time from the end of the phrase to the event, in ms: what a
        user waits besides computing. None where nothing was right.
    """
    waits_ms, clips = [], 0
    for entry in profile.languages:
        seed = load_language(entry.language)
        listener = Listener(
            profile, interpreter=interpreter, language=entry.language, assume_wake=True
        )
        for clip in demo_clips(entry.language):
            wanted = match_command(seed, clip.text)
            if wanted is None:
                continue
            clips += 1
            audio = read_padded(clip.path)
            events = listener.feed(audio) + listener.finish()
            first = next((event for event in events if isinstance(event, Command)), None)
            if first is not None and first.id == wanted:
                waits_ms.append(1000 * (first.time_s - speech_end_s(audio)))
    median, p90 = np.percentile(waits_ms, [50, 90]) if waits_ms else (None, None)
    return {
        "clips": clips,
        "right": len(waits_ms),
        "median_ms": None if median is None else round(float(median)),
        "p90_ms": None if p90 is None else round(float(p90)),
    }

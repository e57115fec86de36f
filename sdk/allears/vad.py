"""Is somebody speaking? WebRTC's voice activity detector."""

from __future__ import annotations

import webrtcvad

from allears.contract import SAMPLE_RATE_HZ


class VoiceActivity:
    """Voice activity of one stream.

    Args:
        aggressiveness: 0 (calls much speech) to 3 (calls little speech).
    """

    def __init__(self, aggressiveness: int = 1) -> None:
        self._aggressiveness = aggressiveness
        self.reset()

    def is_speech(self, block: bytes) -> bool:
        """Return whether ``block`` holds speech: 10, 20 or 30 ms of int16 at 16 kHz."""
        return self._is_speech(block, SAMPLE_RATE_HZ)

    def reset(self) -> None:
        """Forget the stream. A ``Vad`` has state and no reset, so a new one is made."""
        self._is_speech = webrtcvad.Vad(self._aggressiveness).is_speech

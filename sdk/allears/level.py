"""Audio as loud as the models hear it best, however loud the speaker is.

The front end's gain control takes the noise floor of a loud recording for something to be heard; at
a thirtieth of full scale it does not (docs/decisions/0017). The gain changes in pauses, or after
long speech without one, never while commands are listened for: it would change their words.
"""

from __future__ import annotations

import numpy as np

from allears.contract import (
    LEVEL_BITS,
    LEVEL_MOST_SHIFT,
    LEVEL_PATIENCE_BLOCKS,
    LEVEL_RELEASE_BITS,
)

_FULL_SCALE = 32767


class LevelControl:
    """The attenuation of one stream, in whole bits; at first that of speech at full scale."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the stream."""
        self._loudest = _FULL_SCALE
        self._shift = LEVEL_MOST_SHIFT
        self._unsettled_blocks = 0

    def attenuated(self, audio: bytes) -> bytes:
        """Little-endian int16 audio as the front end is to hear it, rounded half up."""
        if self._shift == 0:
            return audio
        samples = np.frombuffer(audio, "<i2")
        return ((samples >> self._shift) + (samples >> self._shift - 1 & 1)).tobytes()

    def hear_speech(self, audio: bytes) -> None:
        """Follow the loudest peak, in a block in which there is speech."""
        samples = np.frombuffer(audio, "<i2")
        # Half of the swing, for a microphone may have an offset.
        peak = int(samples.max()) - int(samples.min()) >> 1
        self._loudest = max(peak, self._loudest - (self._loudest >> LEVEL_RELEASE_BITS))
        self._unsettled_blocks += 1

    @property
    def is_overdue(self) -> bool:
        """Whether there was no pause to settle in for so long that it must be done without, lest a
        soft speaker be never heard beside a television."""
        return self._unsettled_blocks >= LEVEL_PATIENCE_BLOCKS

    def settle(self, least_bits: int = 1) -> None:
        """Attenuate by what the speech so far asks for, where that is ``least_bits`` away; while
        nobody speaks, or when overdue."""
        self._unsettled_blocks = 0
        spare = self._loudest.bit_length() - LEVEL_BITS
        wanted = min(max(spare, 0), LEVEL_MOST_SHIFT)
        if abs(wanted - self._shift) >= least_bits:
            self._shift = wanted

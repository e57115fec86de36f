"""pymicro-wakeword, the engine we are measured against, fed as its README does."""

from __future__ import annotations

from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

PEER_MODEL = "okay_nabu"
"""The bundled model that its README names."""


class MicroWakeWordPeer:
    """One bundled wake word with the feeding loop of the README."""

    def __init__(self, model: str = PEER_MODEL) -> None:
        self._word = MicroWakeWord.from_builtin(Model(model))
        self._front_end = MicroWakeWordFeatures()

    def feed(self, audio: bytes) -> int:
        """Take 10 ms of int16 audio; return how often the word fired."""
        fired = 0
        for features in self._front_end.process_streaming(audio):
            if self._word.process_streaming(features):
                fired += 1
        return fired

    def reset(self) -> None:
        """Forget the stream."""
        self._word.reset()
        self._front_end.reset()

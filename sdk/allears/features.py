"""Audio to features: TensorFlow Lite Micro's audio front end, and its int8 form."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymicro_features import MicroFrontend

from allears.contract import (
    FEATURE_CHANNELS,
    FEATURE_INPUT_SCALE,
    FEATURE_INPUT_ZERO_POINT,
    FEATURE_SCALE,
    FEATURE_STEP_MS,
    SAMPLE_RATE_HZ,
)

STEP_BYTES = SAMPLE_RATE_HZ * FEATURE_STEP_MS // 1000 * 2
"""int16 audio that the front end takes in at once."""


def quantize(features: NDArray[Any]) -> NDArray[np.int8]:
    """Return features as the models' int8 input, as pymicro-wakeword rounds them.

    Args:
        features: floats of any shape, in 0 to 26; higher ones are clipped.
    """
    scaled = np.round(
        np.asarray(features, np.float64) / FEATURE_INPUT_SCALE + FEATURE_INPUT_ZERO_POINT
    )
    return np.clip(scaled, -128, 127).astype(np.int8)


class _ByteOfFeature(dict[float, int]):
    """Feature value to the byte of its int8 form.

    The front end gives multiples of ``FEATURE_SCALE`` only, so that a table replaces arithmetic on
    small arrays, which costs five times as much.
    """

    def __missing__(self, feature: float) -> int:
        byte = int(quantize(np.array(feature))) & 0xFF
        self[feature] = byte
        return byte


_BYTE_OF = _ByteOfFeature()
_byte_of = _BYTE_OF.__getitem__


def quantize_to_bytes(features: list[float]) -> bytes:
    """Return the int8 form of the front end's features, one byte each."""
    return bytes(map(_byte_of, features))


class FeatureExtractor:
    """The front end of one stream. It has noise state, so it must hear all the audio."""

    def __init__(self) -> None:
        self._pending = b""
        self.reset()

    def feed(self, samples: NDArray[np.int16] | bytes) -> NDArray[np.float32]:
        """Take in int16 audio of any length and return the new features, float32 ``[n, 40]``."""
        data = self._pending + (samples if isinstance(samples, bytes) else samples.tobytes())
        whole = len(data) - len(data) % STEP_BYTES
        self._pending = data[whole:]
        frames = [self.step(data[at : at + STEP_BYTES]) for at in range(0, whole, STEP_BYTES)]
        found = [frame for frame in frames if frame]
        return np.array(found, np.float32).reshape(len(found), FEATURE_CHANNELS)

    def step(self, audio: bytes) -> list[float]:
        """Take in exactly ``STEP_BYTES`` and return 40 features, or none in the first 20 ms."""
        return self._process(audio).features

    def reset(self) -> None:
        """Forget the stream."""
        self._pending = b""
        self._process = MicroFrontend().process_samples


def _fill_table() -> None:
    """Compute what the front end gives in practice (0 to 26) ahead of the first block."""
    values = np.arange(1024) * FEATURE_SCALE
    _BYTE_OF.update(zip(values.tolist(), quantize(values).view(np.uint8).tolist(), strict=True))


_fill_table()

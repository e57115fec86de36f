"""Fixed-point multipliers, computed as TensorFlow Lite's kernels do when they are prepared."""

from __future__ import annotations

import math

import numpy as np

from allears.compiling.tflite import Tensor

_SOFTMAX_INTEGER_BITS = 5
_LOWEST_SHIFT = -31


def quantize_multiplier(real: float) -> tuple[int, int]:
    """Return (multiplier, shift) with real ≈ multiplier / 2^31 * 2^shift, multiplier in int32."""
    if real == 0:
        return 0, 0
    fraction, shift = math.frexp(real)
    multiplier = _round(fraction * (1 << 31))
    if multiplier == 1 << 31:
        multiplier, shift = multiplier // 2, shift + 1
    if shift < _LOWEST_SHIFT:
        return 0, 0
    if shift > 30:
        return (1 << 31) - 1, 30
    return multiplier, shift


def _round(value: float) -> int:
    """C's round(): ties away from zero, where Python's go to even."""
    return math.floor(abs(value) + 0.5) * (1 if value >= 0 else -1)


def activation_range(activation: str, output: Tensor) -> tuple[int, int]:
    """Lowest and highest int8 value that a fused activation lets through."""

    def quantised(real: float) -> int:
        # float32 division, as in the kernels.
        return output.zero_point + _round(float(np.float32(real / output.scale)))

    low, high = -128, 127
    if activation in ("relu", "relu6"):
        low = max(low, quantised(0.0))
    if activation == "relu6":
        high = min(high, quantised(6.0))
    if activation == "relu1":
        low, high = max(low, quantised(-1.0)), min(high, quantised(1.0))
    return low, high


def softmax_parameters(scale: float, beta: float) -> tuple[int, int, int]:
    """Return (multiplier, shift, lowest difference to the highest value that counts)."""
    real = min(beta * scale * (1 << (31 - _SOFTMAX_INTEGER_BITS)), float((1 << 31) - 1))
    multiplier, shift = quantize_multiplier(real)
    radius = math.floor(
        ((1 << _SOFTMAX_INTEGER_BITS) - 1) * (1 << (31 - _SOFTMAX_INTEGER_BITS)) / (1 << shift)
    )
    return multiplier, shift, -radius

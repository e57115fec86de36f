"""Element-wise operators as tables of 256 bytes: what the kernel gives for every int8."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from allears.compiling.fixed_point import divide_by_power, logistic, rescale
from allears.compiling.multipliers import quantize_multiplier
from allears.compiling.tflite import Tensor

_LOGISTIC_INTEGER_BITS = 4


def logistic_table(source: Tensor) -> NDArray[np.int8]:
    """Probabilities in 1/256 from -128, for every int8 from -128 on."""
    bits = _LOGISTIC_INTEGER_BITS
    multiplier, shift = quantize_multiplier(source.scale * (1 << (31 - bits)))
    radius = math.floor(((1 << bits) - 1) * (1 << (31 - bits)) / 2.0**shift)

    def entry(value: int) -> int:
        x = value - source.zero_point
        if x <= -radius:
            return -128
        if x >= radius:
            return 127
        share = divide_by_power(logistic(rescale(x, multiplier, shift), bits), 31 - 8)
        return max(-128, min(127, share - 128))

    return np.array([entry(value) for value in range(-128, 128)], np.int8)


def requantisation_table(source: Tensor, target: Tensor) -> NDArray[np.int8]:
    """The bytes of ``target``, int8 or uint8, for every int8 from -128 on."""
    multiplier, shift = quantize_multiplier(source.scale / target.scale)
    low, high = (0, 255) if target.dtype == np.uint8 else (-128, 127)
    values = [
        max(low, min(high, rescale(x - source.zero_point, multiplier, shift) + target.zero_point))
        for x in range(-128, 128)
    ]
    return np.array(values, target.dtype).view(np.int8)

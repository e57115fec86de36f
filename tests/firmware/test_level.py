"""Level control: C and Python attenuate alike, whatever they heard before."""

from __future__ import annotations

import ctypes

import numpy as np
from allears.contract import LEVEL_AMID_SPEECH_BITS
from allears.level import LevelControl
from allears_tools.firmware.library import load_library


class _Level(ctypes.Structure):
    _fields_ = (
        ("loudest", ctypes.c_uint16),
        ("shift", ctypes.c_uint8),
        ("unsettled_blocks", ctypes.c_uint16),
    )


def test_c_attenuates_as_python_does() -> None:
    library, native, python = load_library(), _Level(), LevelControl()
    library.ae_level_reset(ctypes.byref(native))
    rng, shifts = np.random.default_rng(3), set()
    for number in range(3000):
        # Twice from a shout, at the lowest sample there is, to a whisper.
        highest = 32768 >> 10 * (number % 1500) // 1500
        samples = rng.integers(-highest, highest, 480, np.int16, endpoint=False)
        samples[0] = -highest
        audio, count = samples.tobytes(), ctypes.c_size_t(len(samples))
        attenuated = ctypes.create_string_buffer(len(audio))
        library.ae_level_attenuate(ctypes.byref(native), audio, count, attenuated)
        assert attenuated.raw[: len(audio)] == python.attenuated(audio)
        library.ae_level_hear_speech(ctypes.byref(native), audio, count)
        python.hear_speech(audio)
        assert bool(library.ae_level_is_overdue(ctypes.byref(native))) == python.is_overdue
        if (rng.random() < 0.05 and number % 1500 < 1000) or python.is_overdue:
            bits = LEVEL_AMID_SPEECH_BITS if python.is_overdue else 1
            library.ae_level_settle(ctypes.byref(native), bits)
            python.settle(bits)
        shifts.add(native.shift)
    assert shifts == set(range(6))

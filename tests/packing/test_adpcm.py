"""Golden clips survive four bits a sample."""

from __future__ import annotations

import numpy as np
import pytest
from allears.packs import adpcm


def test_speech_like_audio_survives():
    time_s = np.arange(16000) / 16000
    wave = np.sin(2 * np.pi * 220 * time_s) + 0.3 * np.sin(2 * np.pi * 1700 * time_s)
    samples = np.rint(9000 * wave).astype(np.int16)
    packed = adpcm.encode(samples)
    assert len(packed) == 8000
    error = adpcm.decode(packed, len(samples)).astype(float) - samples
    assert 10 * np.log10(np.mean(samples.astype(float) ** 2) / np.mean(error**2)) > 20


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_any_length(count):
    samples = np.full(count, -20000, np.int16)
    packed = adpcm.encode(samples)
    assert len(packed) == (count + 1) // 2
    assert len(adpcm.decode(packed, count)) == count


def test_decoding_is_ima():
    # By hand from the reference: step 7, nibble 7 adds 7/8 + 7 + 3 + 1 = 11, then step 16.
    assert adpcm.decode(bytes([0x77]), 2).tolist() == [11, 11 + 2 + 16 + 8 + 4]


def test_extremes_do_not_wrap():
    samples = np.array([32767, -32768] * 400, np.int16)
    decoded = adpcm.decode(adpcm.encode(samples), 800).astype(int)
    assert np.abs(decoded[-100:] - samples[-100:]).max() < 20000

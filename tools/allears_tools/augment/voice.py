"""Other voices out of one: tempo, pitch and vocal-tract length."""

from __future__ import annotations

import msgspec
import numpy as np
import soxr

SAMPLE_RATE_HZ = 16_000
_FRAME = 512
_HOP = 128
_ENVELOPE_CEPSTRA = 28
"""Cepstral coefficients kept as the envelope: finer than formants, coarser than harmonics."""
_STRETCH_FRAME = 480
_STRETCH_SEARCH = 160
"""Overlap-add of 30 ms pieces, each moved by up to 10 ms to where the waves fit."""
_MAX_GAIN_DB = 18.0


class VoiceChange(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to a voice; 1.0 everywhere is nothing."""

    tempo: float = 1.0
    """Above 1.0: faster, at the same pitch."""
    tape: float = 1.0
    """Above 1.0: faster, higher and with a shorter vocal tract, like a tape."""
    formants: float = 1.0
    """Above 1.0: resonances moved up, a shorter vocal tract at the same pitch."""

    @property
    def length_ratio(self) -> float:
        """Length after the change over the length before; times scale by it."""
        return 1.0 / (self.tempo * self.tape)


def random_voice_change(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another speaker: float32 [n] in, float32 [m] out, m / n between about 0.7 and 1.4."""
    return change_voice(x, draw_voice_change(rng))


def draw_voice_change(rng: np.random.Generator) -> VoiceChange:
    """Random change: always some tape speed, half the time formants, a third tempo."""
    return VoiceChange(
        tape=float(rng.uniform(0.87, 1.15)),
        formants=float(rng.uniform(0.88, 1.14)) if rng.random() < 0.5 else 1.0,
        tempo=float(rng.uniform(0.82, 1.22)) if rng.random() < 0.33 else 1.0,
    )


def change_voice(x: np.ndarray, change: VoiceChange) -> np.ndarray:
    """Apply a drawn change; pieces at 1.0 cost nothing."""
    if change.tape != 1.0:
        x = tape_speed(x, change.tape)
    if change.formants != 1.0:
        x = warp_formants(x, change.formants)
    if change.tempo != 1.0:
        x = stretch(x, 1.0 / change.tempo)
    return x


def tape_speed(x: np.ndarray, factor: float) -> np.ndarray:
    """Play `factor` times as fast: length n / factor, pitch and formants times factor."""
    return soxr.resample(
        np.ascontiguousarray(x, np.float32), SAMPLE_RATE_HZ * factor, SAMPLE_RATE_HZ, quality="LQ"
    )


def shift_pitch(x: np.ndarray, semitones: float) -> np.ndarray:
    """Shift pitch and formants, keep the tempo."""
    factor = 2.0 ** (semitones / 12.0)
    return stretch(tape_speed(x, factor), factor)


def stretch(x: np.ndarray, ratio: float) -> np.ndarray:
    """Make `ratio` times as long at the same pitch (overlap-add of best-fitting pieces)."""
    frame, search = _STRETCH_FRAME, _STRETCH_SEARCH
    hop = frame // 2
    length = round(len(x) * ratio)
    if length < frame or len(x) < frame + search:
        return x
    padded = np.pad(x, (search, frame + 2 * search))
    window = np.hanning(frame + 1)[:frame].astype(np.float32)
    out = np.zeros(length + frame, np.float32)
    # At the very start there is nothing to overlap with: the first half piece is taken whole.
    out[:hop] = x[:hop] * (1.0 - window[:hop])
    expected = padded[search : search + frame]
    # Among equal fits, as in silence, the nearest: times must not wander.
    away = np.abs(np.arange(2 * search + 1) - search) / np.float32(search)
    for at in range(0, length, hop):
        centre = min(round(at / ratio), len(x)) + search
        region = padded[centre - search : centre + search + frame]
        fit = np.correlate(region[: 2 * search + hop], expected[:hop], "valid")
        fit -= away * (0.1 * float(expected[:hop] @ expected[:hop]) + 1e-6)
        best = centre - search + int(np.argmax(fit))
        out[at : at + frame] += window * padded[best : best + frame]
        expected = padded[best + hop : best + hop + frame]
        if len(expected) < frame:
            break
    return out[:length]


def warp_formants(x: np.ndarray, ratio: float) -> np.ndarray:
    """Move the spectral envelope by `ratio` in frequency; pitch, phase and length stay."""
    count = 1 + max(0, -(-(len(x) - _FRAME) // _HOP))
    padded = np.pad(x, (_FRAME, _FRAME + count * _HOP + _FRAME - len(x)))
    starts = np.arange(0, len(x) + _FRAME, _HOP)
    window = np.sqrt(np.hanning(_FRAME + 1)[:_FRAME]).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[starts] * window
    spectrum = np.fft.rfft(frames, axis=1)
    log_magnitude = np.log(np.abs(spectrum) + 1e-5)
    cepstrum = np.fft.irfft(log_magnitude, axis=1)
    cepstrum[:, _ENVELOPE_CEPSTRA:-_ENVELOPE_CEPSTRA] = 0.0
    envelope = np.fft.rfft(cepstrum, axis=1).real
    bins = np.arange(_FRAME // 2 + 1)
    source = np.minimum(bins / ratio, bins[-1])
    low = source.astype(int)
    high = np.minimum(low + 1, bins[-1])
    part = source - low
    moved = envelope[:, low] * (1 - part) + envelope[:, high] * part
    limit = _MAX_GAIN_DB / 20 * np.log(10)
    spectrum *= np.exp(np.clip(moved - envelope, -limit, limit))
    pieces = np.fft.irfft(spectrum, axis=1).astype(np.float32) * window
    out = np.zeros(int(starts[-1]) + _FRAME, np.float32)
    overlap = _FRAME // _HOP
    # Frames that do not overlap are laid down at once: four passes instead of one a frame.
    for first in range(overlap):
        block = pieces[first::overlap]
        begin = int(starts[first])
        out[begin : begin + block.size] += block.ravel()
    return out[_FRAME : _FRAME + len(x)] * np.float32(1.0 / (overlap / 2))

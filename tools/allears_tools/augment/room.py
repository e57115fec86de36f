"""Rooms: a pool of impulse responses, each beginning with its direct sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import signal

SAMPLE_RATE_HZ = 16_000
_BEFORE_DIRECT = 16
"""Samples kept before the direct sound's peak: 1 ms, so its onset is whole."""
_LONGEST_S = 0.8
_DIRECT_WINDOW = 40
"""Samples (2.5 ms) around the peak that count as direct sound."""


def rir_pool(count: int = 200, seed: int = 0, folder: Path | None = None) -> list[np.ndarray]:
    """Impulse responses, computed once and kept.

    Rooms of 2–9 m by 2–7 m by 2.3–3.2 m, walls absorbing 10–60 %, microphone 0.2–5 m away
    (pyroomacoustics' image method); exponential tails where that package is missing.

    Args:
        count: how many.
        seed: another seed, other rooms.
        folder: where the pool is kept; None: nowhere.

    Returns:
        float32 arrays [up to 12,800], direct sound's peak 1.0 at sample 16 (1 ms).
    """
    path = folder / f"rirs-{seed}-{count}.npz" if folder else None
    if path and path.is_file():
        with np.load(path) as stored:
            return [stored[f"r{i}"] for i in range(count)]
    rng = np.random.default_rng(seed)
    try:
        import pyroomacoustics  # noqa: F401

        pool = [_simulated(rng) for _ in range(count)]
    except ImportError:
        pool = [exponential_rir(rng) for _ in range(count)]
    if path and folder:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp.npz")
        np.savez(temporary, **{f"r{i}": r for i, r in enumerate(pool)})
        temporary.rename(path)
    return pool


def exponential_rir(rng: np.random.Generator) -> np.ndarray:
    """A direct sound, a few early echoes and a decaying tail (RT60 0.1–0.7 s)."""
    rt60_s = rng.uniform(0.1, 0.7)
    length = int(min(rt60_s, _LONGEST_S) * SAMPLE_RATE_HZ)
    time_s = np.arange(length) / SAMPLE_RATE_HZ
    tail = rng.standard_normal(length) * 10 ** (-3 * time_s / rt60_s)
    tail[: int(0.004 * SAMPLE_RATE_HZ)] = 0.0
    direct_to_tail_db = rng.uniform(-6.0, 12.0)
    tail *= 10 ** (-direct_to_tail_db / 20) / np.sqrt((tail**2).sum() + 1e-12)
    for _ in range(int(rng.integers(3, 8))):
        tail[int(rng.integers(64, 480))] += rng.uniform(-0.4, 0.4)
    return align(np.concatenate([[1.0], tail[1:]]))


def align(rir: np.ndarray) -> np.ndarray:
    """Cut so that the direct sound's peak stands at sample 16 with height 1.0."""
    # The direct sound is the first arrival near the highest, not always the highest itself.
    height = np.abs(rir)
    direct = int(np.flatnonzero(height > 0.5 * height.max())[0])
    direct += int(np.argmax(height[direct : direct + 8]))
    start = max(0, direct - _BEFORE_DIRECT)
    cut = np.pad(rir[start:], (_BEFORE_DIRECT - (direct - start), 0))
    cut = cut[: int(_LONGEST_S * SAMPLE_RATE_HZ)] / rir[direct]
    return cut.astype(np.float32)


def reverberate(x: np.ndarray, rir: np.ndarray) -> np.ndarray:
    """Speech in a room: same length, same power, label times hold within 1 ms."""
    wet = signal.oaconvolve(x, rir)[_BEFORE_DIRECT : _BEFORE_DIRECT + len(x)].astype(np.float32)
    power = float((wet**2).mean())
    if power <= 0.0:
        return wet
    return wet * np.float32(np.sqrt(float((x**2).mean()) / power))


def move_away(rir: np.ndarray, direct_gain: float) -> np.ndarray:
    """The same room heard from farther: direct sound times `direct_gain` (0 to 1)."""
    out = rir.copy()
    out[: _BEFORE_DIRECT + _DIRECT_WINDOW] *= np.float32(direct_gain)
    return out


def _simulated(rng: np.random.Generator) -> np.ndarray:
    import pyroomacoustics

    size = np.array([rng.uniform(2, 9), rng.uniform(2, 7), rng.uniform(2.3, 3.2)])
    absorption = rng.uniform(0.1, 0.6)
    room = pyroomacoustics.ShoeBox(
        size,
        fs=SAMPLE_RATE_HZ,
        materials=pyroomacoustics.Material(absorption),
        max_order=int(rng.integers(6, 13)),
    )
    microphone = rng.uniform(0.3, size - 0.3)
    for _ in range(50):
        direction = rng.standard_normal(3) * [1.0, 1.0, 0.3]
        distance_m = float(np.exp(rng.uniform(np.log(0.2), np.log(5.0))))
        source = microphone + direction / np.linalg.norm(direction) * distance_m
        if np.all(source > 0.2) and np.all(source < size - 0.2):
            break
    else:
        source = size / 2 + 0.05
    room.add_source(source)
    room.add_microphone(microphone)
    room.compute_rir()
    return align(np.asarray(room.rir[0][0]))

"""One random augmentation: voice → room → noise → channel → level."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from allears_tools.augment.band import band_limit, coarse_codec, telephone
from allears_tools.augment.noise import mix_at_snr, piece, speech_power
from allears_tools.augment.room import move_away, reverberate


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Odds (0 to 1) and ranges of each step."""

    room_odds: float = 0.55
    far_odds: float = 0.15
    """Of rooms: heard from afar, dull and reverberant."""
    noise_odds: float = 0.75
    snr_db: tuple[float, float] = (-5.0, 30.0)
    band_limit_odds: float = 0.25
    telephone_odds: float = 0.07
    codec_odds: float = 0.05
    clip_odds: float = 0.05
    level_dbfs: tuple[float, float] = (-42.0, -12.0)
    """Power of the speech after all steps."""


class Draw(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What one augmentation did: its provenance. None or False: the step was left out."""

    rir: int | None = None
    far: bool = False
    snr_db: float | None = None
    channel: str = ""
    """`band_limit`, `telephone`, `codec` or nothing."""
    clipped_at: float | None = None
    """Share of the peak at which the wave was cut off."""
    level_dbfs: float = 0.0


def augment(
    x: np.ndarray,
    rng: np.random.Generator,
    noises: Sequence[np.ndarray] = (),
    rirs: Sequence[np.ndarray] = (),
    plan: Plan | None = None,
) -> np.ndarray:
    """As `augment_with_draw`, without the provenance."""
    return augment_with_draw(x, rng, noises, rirs, plan)[0]


def augment_with_draw(
    x: np.ndarray,
    rng: np.random.Generator,
    noises: Sequence[np.ndarray] = (),
    rirs: Sequence[np.ndarray] = (),
    plan: Plan | None = None,
) -> tuple[np.ndarray, Draw]:
    """Put clean speech into a room, a noise, a channel and at a level.

    The voice is not changed here (`random_voice_change` alters the length); give `x` with the
    silence around it that the model will hear, so that noise lies there too.

    Args:
        x: float32 [n], 16 kHz.
        rng: source of every draw.
        noises: float32 arrays to cut from; none: no noise.
        rirs: `rir_pool()`; none: no rooms.
        plan: odds and ranges.

    Returns:
        float32 [n] within ±1.0, sounds where they were within 2 ms; and the draw.
    """
    plan = plan or Plan()
    draw = Draw()
    y = np.asarray(x, np.float32)
    if len(y) == 0:
        return y, draw
    if len(rirs) and rng.random() < plan.room_odds:
        draw.rir = int(rng.integers(len(rirs)))
        rir = rirs[draw.rir]
        draw.far = bool(rng.random() < plan.far_odds)
        if draw.far:
            rir = move_away(rir, float(rng.uniform(0.2, 0.6)))
            y = band_limit(y, float(rng.uniform(4500.0, 7500.0)))
        y = reverberate(y, rir)
    if len(noises) and rng.random() < plan.noise_odds:
        draw.snr_db = float(rng.uniform(*plan.snr_db))
        y = mix_at_snr(y, piece(noises, len(y), rng), draw.snr_db)
    y, draw.channel = _channel(y, rng, plan)
    low, high = plan.level_dbfs
    draw.level_dbfs = float(rng.uniform(low, low + 12.0) if draw.far else rng.uniform(low, high))
    power = speech_power(y)
    if power > 0.0:
        y = y * np.float32(np.sqrt(10 ** (draw.level_dbfs / 10) / power))
    if rng.random() < plan.clip_odds:
        draw.clipped_at = float(rng.uniform(0.1, 0.6))
        limit = draw.clipped_at * float(np.abs(y).max())
        y = np.clip(y, -limit, limit)
    return np.clip(y, -1.0, 1.0).astype(np.float32), draw


def _channel(y: np.ndarray, rng: np.random.Generator, plan: Plan) -> tuple[np.ndarray, str]:
    dice = rng.random()
    if dice < plan.band_limit_odds:
        return band_limit(y, float(rng.uniform(3300.0, 3950.0))), "band_limit"
    dice -= plan.band_limit_odds
    if dice < plan.telephone_odds:
        peak = float(np.abs(y).max()) or 1.0
        return telephone(y / peak), "telephone"
    dice -= plan.telephone_odds
    if dice < plan.codec_odds:
        return coarse_codec(y, rng, float(rng.uniform(0.1, 0.4))), "codec"
    return y, ""

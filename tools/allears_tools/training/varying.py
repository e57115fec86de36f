"""Other ways to say a word, and words that are half a command."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from allears_tools.augment import random_voice_change
from allears_tools.augment.voice import stretch, tape_speed
from allears_tools.training.streams import SAMPLE_RATE_HZ, trim

Audio = NDArray[np.float32]

SHORTENED_SHARE = 0.5
"""Of the utterances that are not drawn out."""
CUT_FLOOR_DB = (12.0, 35.0)
"""How far below its loudest 10 ms a recording may be cut to its speech: soft ends are lost."""
DRAWN_OUT_SAMPLES = 8 * SAMPLE_RATE_HZ // 5
"""Nothing is drawn out beyond 1.6 s."""
HALF = (0.25, 0.5)
"""Share of a command that is heard of it where it is put together with another word."""
OTHER_S = (0.12, 0.5)
"""How much of the other word is heard, in seconds."""
_SEAM = SAMPLE_RATE_HZ // 100


class Variety(Protocol):
    """What `varied` reads of a stream's plan."""

    @property
    def longer(self) -> float: ...
    @property
    def longer_share(self) -> float: ...
    @property
    def shorter(self) -> float: ...
    @property
    def cut_share(self) -> float: ...


def varied(samples: Audio, rng: np.random.Generator, plan: Variety) -> Audio:
    """Most utterances in quite another voice, the rest only faster or slower; words drawn out,
    hastened, and cut off."""
    if rng.random() < plan.cut_share:
        samples = trim(samples, float(rng.uniform(*CUT_FLOOR_DB)))
    if rng.random() < 0.8:
        samples = random_voice_change(samples, rng)
    else:
        samples = tape_speed(samples, float(rng.uniform(0.88, 1.15)))
    ratio = 1.0
    if plan.longer > 1.0 and rng.random() < plan.longer_share:
        ratio = min(plan.longer ** rng.uniform(0, 1), DRAWN_OUT_SAMPLES / len(samples))
        ratio = max(ratio, 1.0)
    elif plan.shorter < 1.0 and rng.random() < SHORTENED_SHARE:
        ratio = plan.shorter ** rng.uniform(0, 1)
    return stretch(samples, float(ratio)) if ratio != 1.0 else samples


def half_a_command(command: Audio, other: Audio, rng: np.random.Generator) -> Audio:
    """A word that begins or ends like a command and is none: at most half of the command, and
    before or after it a part of another word, equally loud."""
    own = int(len(command) * rng.uniform(*HALF))
    length = min(len(other), int(rng.uniform(*OTHER_S) * SAMPLE_RATE_HZ))
    if rng.random() < 0.5:
        return _joined(command[:own], other[len(other) - length :])
    return _joined(other[:length], command[len(command) - own :])


def _joined(first: Audio, second: Audio) -> Audio:
    """One after the other, as loud as the first, faded into each other over 10 ms."""
    seam = min(_SEAM, len(first), len(second))
    power = [float(np.square(part).mean()) + 1e-9 for part in (first, second)]
    second = second * np.float32(np.sqrt(power[0] / power[1]))
    rise = np.linspace(0, 1, seam, dtype=np.float32)
    both = first[len(first) - seam :] * (1 - rise) + second[:seam] * rise
    return np.concatenate([first[: len(first) - seam], both, second[seam:]])

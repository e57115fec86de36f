"""Making clean speech sound like a home: voices, rooms, noise, telephones, levels.

Every function takes and returns float32 mono at 16 kHz, full scale ±1.0, and draws only from the
`numpy.random.Generator` it is given. The start of the speech stays where it was within 5 ms
unless a function says otherwise.
"""

from allears_tools.augment.noise import load_noises, mix_at_snr, synthetic_noises
from allears_tools.augment.recipe import Draw, Plan, augment, augment_with_draw
from allears_tools.augment.room import rir_pool
from allears_tools.augment.voice import VoiceChange, random_voice_change

__all__ = [
    "Draw",
    "Plan",
    "VoiceChange",
    "augment",
    "augment_with_draw",
    "load_noises",
    "mix_at_snr",
    "random_voice_change",
    "rir_pool",
    "synthetic_noises",
]

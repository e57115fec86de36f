"""The one rule that says whether a language is ready or experimental."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

READY, EXPERIMENTAL = "ready", "experimental"

LEAST_REAL_CLIPS = 20
"""Fewer commands of people than this say nothing: the interval is wider than 30 points."""
REAL_RIGHT = 0.90
"""Share of people's commands, of people kept apart from training, that must be right."""
SYNTHETIC_RIGHT = 0.95
"""The same of held-out synthetic voices."""
OTHER_SPEECH_FALSE = 0.10
"""Share of clips of other speech and noise that may give a command while the device listens."""
WAKE_MISSED = 0.05
"""Share of the wake words that may be missed: people's where there are some, else synthetic."""
WAKE_FALSE_PER_HOUR = 0.5
"""False wakes an hour of people's speech."""

Card = Mapping[str, Any]


def status(card: Card) -> tuple[str, list[str]]:
    """Return `ready` or `experimental`, and what it falls short of.

    Args:
        card: a model card with its figures.
    """
    reasons = list(_shortfalls(card))
    return (EXPERIMENTAL if reasons else READY), reasons


def _shortfalls(card: Card) -> Iterator[str]:
    people, made = card.get("figures") or {}, card.get("synthetic_held_out") or {}
    real = _total(people, "commands")
    if _clips(real) < LEAST_REAL_CLIPS:
        yield f"fewer than {LEAST_REAL_CLIPS} commands of people to test on"
    elif real["right_rate"] < REAL_RIGHT:
        yield f"people's commands right {real['right_rate']:.0%}, wanted {REAL_RIGHT:.0%}"
    if real.get("false_clip_rate", 0.0) > OTHER_SPEECH_FALSE:
        yield f"other speech fires in {real['false_clip_rate']:.0%} of clips"
    synthetic = _total(made, "commands")
    if not _clips(synthetic):
        yield "held-out synthetic voices not measured"
    elif synthetic["right_rate"] < SYNTHETIC_RIGHT:
        yield (
            f"held-out synthetic commands right {synthetic['right_rate']:.0%}, "
            f"wanted {SYNTHETIC_RIGHT:.0%}"
        )
    wake = _total(people, "wake")
    heard = wake if _clips(wake) >= LEAST_REAL_CLIPS else _total(made, "wake")
    if not _clips(heard):
        yield "wake word not measured"
    elif 1 - heard["right_rate"] > WAKE_MISSED:
        yield f"wake word missed {1 - heard['right_rate']:.0%}, allowed {WAKE_MISSED:.0%}"
    if "false_per_hour" not in wake:
        yield "false wakes not measured"
    elif wake["false_per_hour"] > WAKE_FALSE_PER_HOUR:
        yield f"{wake['false_per_hour']:.1f} false wakes an hour, allowed {WAKE_FALSE_PER_HOUR}"


def _total(figures: Mapping[str, Any], stage: str) -> Mapping[str, Any]:
    return figures.get(stage, {}).get("total", {})


def _clips(total: Mapping[str, Any]) -> int:
    return int(total.get("in_vocabulary_clips", 0))

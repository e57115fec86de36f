"""Made noises of places: crowds without pauses, kitchens full of blows."""

from __future__ import annotations

import numpy as np
import pytest
from allears_tools.augment.noise import SAMPLE_RATE_HZ, coloured
from allears_tools.augment.places import Places, clatter, make_places, without_pauses

TONE = np.sin(2 * np.pi * 700 * np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ).astype(np.float32)


def test_pauses_are_cut_out_of_talk() -> None:
    silence = np.zeros(SAMPLE_RATE_HZ, np.float32)
    talk = without_pauses(np.concatenate([TONE, silence, TONE]))
    assert len(talk) == 2 * len(TONE)
    assert len(without_pauses(silence[:100])) == 0, "shorter than a block"


def test_clatter_comes_in_blows() -> None:
    rng = np.random.default_rng(5)

    def peak_over_mean(x: np.ndarray) -> float:
        power = (x[: len(x) // 160 * 160].reshape(-1, 160) ** 2).mean(axis=1)
        return float(power.max() / power.mean())

    made = [clatter(4 * SAMPLE_RATE_HZ, rng) for _ in range(8)]
    steady = coloured(4 * SAMPLE_RATE_HZ, -3.0, rng)
    assert all((x**2).mean() == pytest.approx(1.0, rel=0.01) for x in made)
    assert all(np.isfinite(x).all() for x in made)
    assert np.median([peak_over_mean(x) for x in made]) > 3 * peak_over_mean(steady)


def test_each_kind_is_drawn_by_its_odds() -> None:
    rng = np.random.default_rng(1)
    places = make_places([], [TONE], rng, crowds=3, kitchens=2, seconds=1.0)
    assert (len(places.crowds), len(places.kitchens)) == (3, 2)
    assert all(len(x) == SAMPLE_RATE_HZ for x in places.crowds + places.kitchens)
    drawn = [places.draw(rng) for _ in range(400)]
    crowds = sum(d is places.crowds for d in drawn)
    kitchens = sum(d is places.kitchens for d in drawn)
    assert 120 < crowds < 200 and 65 < kitchens < 140


def test_without_voices_there_are_no_crowds() -> None:
    rng = np.random.default_rng(1)
    places = make_places([], [], rng, crowds=3, kitchens=1, seconds=0.5)
    assert not places.crowds
    assert isinstance(places, Places) and places.draw(rng)

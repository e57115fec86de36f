"""What is changed afresh in every batch of the ear's distillation."""

from __future__ import annotations

import numpy as np
import torch
from allears_tools.training.feature_changes import changed, masked, warped


def test_masks_only_silence_and_leave_most_alone() -> None:
    whole = torch.full((60, 40, 800), 9.0)
    out = masked(whole, np.random.default_rng(1))
    assert set(out.unique().tolist()) == {0.0, 9.0}
    assert (whole == 9.0).all(), "the features given stay as they are"
    lost = (out == 0).float()
    touched = lost.amax(dim=(1, 2)).mean()
    assert 0.3 < float(touched) < 0.7, "about half of the chunks: 1 - 0.7 squared"
    assert 0.0 < float(lost.mean()) < 0.08


def test_a_mask_takes_a_band_or_short_pieces() -> None:
    out = masked(torch.full((200, 40, 800), 9.0), np.random.default_rng(2))
    lost = out == 0
    bands = lost.all(dim=2).sum(dim=1)
    pieces = lost.all(dim=1).sum(dim=1)
    assert int(bands.max()) <= 8 and int(pieces.max()) <= 4 * 7
    assert 40 < int((bands > 0).sum()) < 80 and 40 < int((pieces > 0).sum()) < 80


def test_silence_stays_silent_whatever_the_level() -> None:
    features = torch.zeros(8, 40, 100)
    features[:, :, 50:] = 9.0
    out = warped(features, np.random.default_rng(3))
    assert (out[:, :, :50] == 0).all()
    levels = out[:, 20, 75]
    assert levels.min() >= 8.0 and levels.max() <= 10.0 and len(levels.unique()) == 8


def test_the_same_seed_changes_the_same() -> None:
    features = torch.rand(4, 40, 200) * 26
    first, second = (changed(features, np.random.default_rng(5)) for _ in range(2))
    torch.testing.assert_close(first, second)
    assert float(first.min()) >= 0.0 and float(first.max()) <= 26.0

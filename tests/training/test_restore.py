"""An exported head can be read back, and learn on."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from allears.locate import models_dir
from allears_tools.training.classifier import StreamSet
from allears_tools.training.export import export_stream
from allears_tools.training.export.restore import restore_stream
from allears_tools.training.fine_tuning import AdaptationRecipe, fine_tune

HEAD = models_dir() / "en/commands.tflite"
WAKE = models_dir() / "en/wake.tflite"
pytestmark = pytest.mark.skipif(not HEAD.is_file(), reason="there is no English head here")


def test_out_and_in_again_is_the_same_file() -> None:
    head = HEAD.read_bytes()
    assert export_stream(restore_stream(head), 1, "softmax", "AllEars commands en") == head
    wake = WAKE.read_bytes()
    assert export_stream(restore_stream(wake), 3, "wake", "AllEars wake word computer") == wake


def test_fine_tuning_learns_what_it_is_shown() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.integers(-128, 127, (16, 50, 128)).astype(np.int8)
    labels = np.zeros((16, 50), np.int64)
    labels[:, 30:40] = 5
    data = StreamSet(inputs, labels, lambda v: torch.from_numpy(v).float().transpose(1, 2) * 0.02)
    losses: list[float] = []
    recipe = AdaptationRecipe(epochs=4, batch=8, learning_rate=1e-3)
    fine_tune(HEAD.read_bytes(), data, recipe, lambda line: losses.append(line["loss"]))
    assert losses[-1] < losses[0]

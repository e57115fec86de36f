"""Models load whole or not at all, keep state, and run alike in either set of kernels."""

from __future__ import annotations

import numpy as np
import pytest
from allears.flatbuffer import fault_of
from allears.interpreter import Model, interpreter_name
from allears.locate import models_dir

NAMES = ["ear.tflite", "en/wake.tflite", "en/commands.tflite", "sr/wake.tflite"]


def outputs(model, steps=12):
    rng = np.random.default_rng(3)
    inputs = rng.integers(-128, 128, (steps, *model.input_shape)).astype(model.input_dtype)
    return np.stack([model.run(values) for values in inputs])


@pytest.mark.parametrize("name", NAMES)
def test_reset_and_repeat(name):
    model = Model.load(models_dir() / name)
    first = outputs(model)
    model.reset()
    assert np.array_equal(outputs(model), first)


@pytest.mark.parametrize("name", NAMES)
def test_reference_kernels_are_close(name):
    path = models_dir() / name
    fast, exact = outputs(Model.load(path), 120), outputs(Model.load(path, reference=True), 120)
    apart = np.abs(fast.astype(int) - exact.astype(int))
    # Bytes at random drive a head to where its softmax is steep: there one step of a logit moves
    # a probability by several, so that most values are asked to agree, not each.
    assert (apart > 2).mean() <= 0.02 and apart.max() <= 16


@pytest.mark.parametrize("name", NAMES)
def test_every_cut_is_found(name):
    content = (models_dir() / name).read_bytes()
    assert fault_of(content) is None
    lengths = {*range(0, 2000, 37), *range(2000, len(content), 4001), len(content) // 2}
    assert all(fault_of(content[:length]) for length in lengths)


def test_zeros_and_noise_are_no_model():
    rng = np.random.default_rng(0)
    for tail in (bytes(200), b"\xff" * 200, rng.bytes(200)):
        assert fault_of(b"\x1c\0\0\0TFL3" + tail)


def test_override_picks_the_interpreter(monkeypatch):
    for name in ("litert", "tflite-runtime"):
        module = {"litert": "ai_edge_litert", "tflite-runtime": "tflite_runtime"}[name]
        pytest.importorskip(module, reason=f"{name} is not installed")
        monkeypatch.setenv("ALLEARS_INTERPRETER", name)
        assert interpreter_name() == name

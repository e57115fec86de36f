"""What weighs in the ear's distillation, and where it may begin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from allears_tools.cli import run
from allears_tools.training.ear import (
    DistillationSet,
    Ear,
    EarRecipe,
    dequantise,
    distil,
    distillation_batches,
    losses,
    validate,
)
from allears_tools.training.export import export_stream
from allears_tools.training.material import TrainingError
from allears_tools.training.network import Layer
from allears_tools.training.speech_weight import SILENT_WEIGHT, speech_steps, weights
from allears_tools.training.warm_start import warm_start

LAYERS = [
    Layer("conv", 24, 6, 2),
    Layer("separable", 24, 5, residual=True),
    Layer("separable", 24, 3, residual=True, like=1),
    Layer("separable", 32, 4, 2),
    Layer("conv", 128, 1, relu=False),
]


def _data(chunks: int = 32) -> DistillationSet:
    rng = np.random.default_rng(4)
    features = rng.integers(-128, 100, (1, chunks, 800, 40)).astype(np.int8)
    features[:, :, 400:] = -128
    return DistillationSet(
        features,
        rng.normal(size=(chunks, 91, 96)).astype(np.float16),
        rng.normal(size=(chunks, 200, 128)).astype(np.float16),
    )


def test_silence_is_no_speech_and_weighs_little() -> None:
    speech = speech_steps(_data(2).features[0])
    assert speech.shape == (2, 200)
    assert speech[:, :103].all() and not speech[:, 103:].any(), "speech lasts three steps longer"
    google, whisper = weights(speech, 91)
    assert whisper[0, 0] == 1.0 and whisper[0, 150] == pytest.approx(SILENT_WEIGHT)
    assert google[0, 0] == 1.0 and google[0, 80] == pytest.approx(SILENT_WEIGHT)
    assert SILENT_WEIGHT < google[0, 45] < 1.0, "a window half in speech weighs in between"


def test_an_error_in_silence_counts_for_a_tenth() -> None:
    torch.manual_seed(1)
    data, ear = _data(), Ear(LAYERS, 96, 128)
    ear.eval()
    (batch,) = distillation_batches(data, np.arange(32), 32, np.random.default_rng(0))

    def rise(where: slice) -> float:
        worse = batch._replace(whisper=batch.whisper.clone())
        worse.whisper[:, where] += 3.0
        with torch.no_grad():
            return float(losses(ear, worse)[1] - losses(ear, batch)[1])

    assert rise(slice(110, 150)) == pytest.approx(SILENT_WEIGHT * rise(slice(40, 80)), rel=0.3)


def _exported(folder: Path) -> bytes:
    data = _data()
    torch.manual_seed(2)
    ear = distil(
        data, EarRecipe(epochs=1, batch=15, layers=list(LAYERS)), folder / "c.pt", lambda line: None
    )
    ear.eval()
    ear.student.fold()
    ear.student.quantise(observing=True, enabled=False)
    ear.student(dequantise(data.features[0]))
    ear.student.quantise(observing=False, enabled=True)
    return export_stream(ear.student, 4, "embedding", "test")


def test_a_warm_start_answers_as_the_old_ear(tmp_path: Path) -> None:
    from allears_tools.training.export.restore import restore_stream

    content, data = _exported(tmp_path), _data()
    torch.manual_seed(3)
    ear = Ear(LAYERS, 96, 128)
    warm_start(ear, content, data)
    ear.eval()
    old = restore_stream(content)
    old.quantise(observing=False, enabled=False)
    x = dequantise(data.features[0])
    with torch.no_grad():
        torch.testing.assert_close(ear.student(x), old(x), rtol=1e-3, atol=1e-3)
    cold = Ear(LAYERS, 96, 128)
    assert validate(ear, data, np.arange(32))["google_missed"] < 1.0
    assert (
        validate(ear, data, np.arange(32))["google_missed"]
        < validate(cold, data, np.arange(32))["google_missed"]
    )


def test_a_warm_start_needs_the_same_layers(tmp_path: Path) -> None:
    content = _exported(tmp_path)
    with pytest.raises(TrainingError, match="other layers"):
        warm_start(Ear(LAYERS[:1] + LAYERS[3:], 96, 128), content, _data())


def test_an_ear_that_is_none_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, labels = tmp_path / "ear.tflite", tmp_path / "labels.tsv"
    broken.write_bytes(b"no model")
    line = ["train", "ear", "--labels", str(labels), "--from", str(broken)]
    assert run([*line, "--work", str(tmp_path / "work")]) == 2
    assert "ear.tflite" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()

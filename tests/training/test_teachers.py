"""The teachers against the engines that they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from allears_tools.training.teachers import GOOGLE_DIM, GoogleEmbedding
from allears_tools.training.whisper_encoder import WhisperNetwork
from allears_tools.training.whisper_file import ModelFileError, read_weights
from numpy.typing import NDArray

WIDTH, WORDS, MELS = 64, 16, 80


def _fill(linear: Any, outputs: int, inputs: int, rng: np.random.Generator) -> None:
    linear.weight = rng.normal(0, inputs**-0.5, (outputs, inputs)).astype(np.float32)
    linear.bias = rng.normal(0, 0.1, outputs).astype(np.float32)


def _norm(norm: Any, rng: np.random.Generator) -> None:
    norm.gamma = rng.normal(1, 0.1, WIDTH).astype(np.float32)
    norm.beta = rng.normal(0, 0.1, WIDTH).astype(np.float32)


@pytest.fixture(scope="module")
def tiny_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Whisper of two layers and random weights, written by CTranslate2 itself."""
    from ctranslate2.specs.whisper_spec import WhisperSpec

    rng = np.random.default_rng(1)
    spec = WhisperSpec(2, 8, 1, 8)
    for conv, inputs in ((spec.encoder.conv1, MELS), (spec.encoder.conv2, WIDTH)):
        conv.weight = rng.normal(0, 0.1, (WIDTH, inputs, 3)).astype(np.float32)
        conv.bias = rng.normal(0, 0.1, WIDTH).astype(np.float32)
    spec.encoder.position_encodings.encodings = rng.normal(0, 1, (1500, WIDTH)).astype(np.float32)
    spec.decoder.embeddings.weight = rng.normal(0, 1, (WORDS, WIDTH)).astype(np.float32)
    spec.decoder.position_encodings.encodings = rng.normal(0, 1, (448, WIDTH)).astype(np.float32)
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    for part in (spec.encoder, spec.decoder):
        _norm(part.layer_norm, rng)
        for layer in part.layer:
            attentions = [(layer.self_attention, (3 * WIDTH, WIDTH))]
            if hasattr(layer, "attention"):
                attentions.append((layer.attention, (WIDTH, 2 * WIDTH, WIDTH)))
            for attention, outputs in attentions:
                _norm(attention.layer_norm, rng)
                for linear, count in zip(attention.linear, outputs, strict=True):
                    _fill(linear, count, WIDTH, rng)
            _norm(layer.ffn.layer_norm, rng)
            _fill(layer.ffn.linear_0, 4 * WIDTH, WIDTH, rng)
            _fill(layer.ffn.linear_1, WIDTH, 4 * WIDTH, rng)
    spec.register_vocabulary([f"word{i}" for i in range(WORDS)])
    spec.validate()
    folder = tmp_path_factory.mktemp("whisper")
    spec.save(str(folder))
    return folder


def _by_ctranslate2(folder: Path, mels: NDArray[np.float32]) -> NDArray[np.float32]:
    import ctranslate2

    model = ctranslate2.models.Whisper(str(folder), compute_type="float32")
    return np.array(model.encode(ctranslate2.StorageView.from_array(mels)))


def test_the_encoder_answers_as_ctranslate2s(tiny_whisper: Path) -> None:
    mels = np.random.default_rng(2).normal(0, 1, (2, MELS, 120)).astype(np.float32)
    wanted = _by_ctranslate2(tiny_whisper, mels)
    exact = WhisperNetwork(tiny_whisper / "model.bin", torch.float32)(mels)
    assert exact.shape == wanted.shape == (2, 60, WIDTH)
    np.testing.assert_allclose(exact, wanted, atol=2e-4)
    rough = WhisperNetwork(tiny_whisper / "model.bin", torch.bfloat16)(mels)
    assert np.square(rough - wanted).mean() < 0.01 * wanted.var()


def test_a_truncated_model_file_is_refused_by_name(tiny_whisper: Path, tmp_path: Path) -> None:
    broken = tmp_path / "model.bin"
    content = (tiny_whisper / "model.bin").read_bytes()
    broken.write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelFileError, match=r"model\.bin"):
        read_weights(broken, "encoder/")


def test_a_model_file_of_another_version_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "model.bin"
    broken.write_bytes(b"\x09\0\0\0" + bytes(100))
    with pytest.raises(ModelFileError) as caught:
        read_weights(broken, "encoder/")
    assert "version 9" in str(caught.value)


def test_a_window_of_googles_embedding_depends_on_its_own_775_ms_alone() -> None:
    rng = np.random.default_rng(3)
    first = rng.integers(-8000, 8000, 32000).astype(np.int16)
    second = first.copy()
    second[20000:] = 0
    teacher = GoogleEmbedding(len(first))
    a, b = teacher(first), teacher(second)
    assert a.shape[1] == GOOGLE_DIM
    same = np.flatnonzero(np.abs(a - b).max(axis=1) == 0)
    ends_ms = 775 + 80 * np.arange(len(a))
    assert list(same) == list(np.flatnonzero(ends_ms <= 20000 / 16))

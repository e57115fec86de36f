"""An exported ear learns to answer in noise as it did in quiet, and its heads stay."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from allears.interpreter import Model
from allears_tools.training.clamped import clamped_forward
from allears_tools.training.ear import dequantise
from allears_tools.training.embedding import as_floats, embed
from allears_tools.training.export import export_stream
from allears_tools.training.export.restore import restore_stream
from allears_tools.training.hardening import HardeningRecipe, Listeners, harden
from allears_tools.training.hardening_making import name_ear
from allears_tools.training.network import Layer, StreamNetwork
from allears_tools.training.noisy_chunks import NoisyChunks

from tests.training.test_export import settled

EAR = [
    Layer("conv", 24, 6, 2),
    Layer("separable", 24, 5, residual=True),
    Layer("separable", 32, 4, 2),
    Layer("conv", 16, 1, relu=False),
]
HEAD = [
    Layer("conv", 12, 1),
    Layer("separable", 12, 5, residual=True),
    Layer("conv", 4, 1, relu=False),
]
RECIPE = HardeningRecipe(steps=60, batch=16, heads=1, learning_rate=0.01, quiet_share=0.2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[NoisyChunks]]:
    """An ear, a head and chunks of two kinds: quiet, and with something added."""
    torch.manual_seed(2)
    folder = tmp_path_factory.mktemp("models")
    rng = np.random.default_rng(3)
    quiet = np.repeat(rng.integers(-128, 60, (48, 20, 40)), 20, axis=1).astype(np.int8)
    ear = folder / "ear.tflite"
    ear.write_bytes(
        export_stream(settled(StreamNetwork(EAR, 40, (0, 26)), quiet[:8]), 4, "embedding", "ear")
    )
    answers = embed(Model.load(ear), quiet)
    noisy = np.clip(quiet + rng.integers(0, 60, quiet.shape), -128, 127).astype(np.int8)
    features = np.stack([quiet, noisy])
    lows, highs = np.float32(answers.min()), np.float32(answers.max())
    scale = Model.load(ear).output_scale
    head = StreamNetwork(HEAD, 16, (float(lows * scale) - 1, float(highs * scale) + 1))
    (folder / "xx").mkdir()
    content = export_stream(settled(head, answers[:8]), 1, "softmax", "commands")
    (folder / "xx/commands.tflite").write_bytes(content)
    return ear, folder, [NoisyChunks(features[:, i::2], answers[i::2]) for i in (0, 1)]


def _missed(content: bytes, groups: list[NoisyChunks], path: Path, version: int) -> float:
    path.write_bytes(content)
    heard = embed(Model.load(path), groups[0].features[version]).astype(float)
    return float(np.square(heard - groups[0].answers).mean())


def test_clamps_alone_answer_nearly_as_the_file_does(
    made: tuple[Path, Path, list[NoisyChunks]],
) -> None:
    ear, _, groups = made
    with torch.no_grad():
        heard = clamped_forward(restore_stream(ear.read_bytes()), dequantise(groups[0].features[0]))
    wanted = as_floats(Model.load(ear))(groups[0].answers)
    missed = (heard.float().transpose(0, 1) - wanted).square().mean() / wanted.var()
    assert missed < 0.02


def test_it_answers_in_noise_more_as_in_quiet(
    made: tuple[Path, Path, list[NoisyChunks]], tmp_path: Path
) -> None:
    ear, models, groups = made
    listeners = Listeners.of(models)
    assert (len(listeners.heads), len(listeners.verifiers)) == (1, 0)
    state = tmp_path / "state.pt"
    network = harden(ear, listeners, groups, RECIPE, state, lambda _: None)
    content = export_stream(network, 4, "embedding", "ear")
    path = tmp_path / "ear.tflite"
    assert _missed(content, groups, path, 1) < 0.8 * _missed(ear.read_bytes(), groups, path, 1)
    after, before = Model.load(path), Model.load(ear)
    assert after.output_scale == before.output_scale, "the heads read it as they did"
    assert after.output_zero_point == before.output_zero_point


def test_an_interrupted_run_ends_as_one_that_was_not(
    made: tuple[Path, Path, list[NoisyChunks]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ear, models, groups = made
    monkeypatch.setattr("allears_tools.training.hardening._REPORTED", 4)
    recipe = HardeningRecipe(steps=8, batch=16, heads=1)

    def stop(line: dict[str, object]) -> None:
        if line["step"] == 4:
            raise KeyboardInterrupt

    listeners = Listeners.of(models)
    whole = harden(ear, listeners, groups, recipe, tmp_path / "whole.pt", lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        harden(ear, listeners, groups, recipe, tmp_path / "half.pt", stop)
    lines: list[dict[str, object]] = []
    again = harden(ear, listeners, groups, recipe, tmp_path / "half.pt", lines.append)
    assert [line["step"] for line in lines] == [8], "the first half is not run again"
    ended: list[dict[str, object]] = []
    harden(ear, listeners, groups, recipe, tmp_path / "half.pt", ended.append)
    assert ended == lines, "a run that was over tells its end again"
    for one, other in zip(whole.parameters(), again.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-5)


def test_manifests_are_told_the_ear_and_keep_the_rest(tmp_path: Path) -> None:
    (tmp_path / "xx").mkdir()
    manifest = tmp_path / "xx/commands.json"
    manifest.write_text('{\n "threshold": 0.4,\n "ear_sha256": "aa11"\n}', encoding="utf-8")
    name_ear(tmp_path, "bb22")
    assert json.loads(manifest.read_text(encoding="utf-8")) == {
        "threshold": 0.4,
        "ear_sha256": "bb22",
    }

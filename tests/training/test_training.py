"""Every stage of training, end to end, on a tiny set of espeak-ng clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from allears.interpreter import Model
from allears.wake import load_detector
from allears_tools.cli import run
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.seeds import load_language
from allears_tools.speech import SpeechCache, synthesise
from allears_tools.speech.recipe import training_jobs
from allears_tools.training import distillation, heard_people
from allears_tools.training.ear import DistillationSet, EarRecipe, distil
from allears_tools.training.ear_export import quantise_ear, write_ear
from numpy.typing import NDArray

HEADER = "path language text speaker kind duration_s sample_rate_hz source licence training"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with some hundred espeak-ng clips and a labels file of two short recordings."""
    pytest.importorskip("espeakng_loader", reason="the clips are espeak-ng's")
    root = tmp_path_factory.mktemp("world")
    cache = SpeechCache(root / "cache")
    jobs = training_jobs(load_language("en"), engines=("espeak",))
    picked = [j for j in jobs if j.role in ("command", "wake", "confusable")][:300]
    picked += [j for j in jobs if j.role == "wake"][:20]
    synthesise(picked, cache)
    rng = np.random.default_rng(0)
    rows = [HEADER.replace(" ", "\t")]
    for number in range(8):
        kind = "noise" if number == 0 else "sentence"
        soundfile.write(root / f"{number}.wav", rng.normal(0, 0.1, 80000), 16000)
        rows.append(f"{number}.wav\ten\t\tp{number}\t{kind}\t5.0\t16000\tmade\tours\tyes")
    (root / "labels.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def ear_folder(world: Path) -> Path:
    """An ear distilled from random teachers for two epochs, the second after an interruption."""
    rng = np.random.default_rng(0)
    data = DistillationSet(
        rng.integers(-128, 100, (1, 32, 800, 40)).astype(np.int8),
        rng.normal(size=(32, 91, 96)).astype(np.float16),
        rng.normal(size=(32, 200, 128)).astype(np.float16),
    )
    checkpoint, epochs = world / "checkpoint.pt", []

    class Interrupted(Exception):
        pass

    def stop(line: dict) -> None:
        epochs.append(line["epoch"])
        raise Interrupted

    recipe = EarRecipe(epochs=2, batch=8, quantised_epochs=0)
    with pytest.raises(Interrupted):
        distil(data, recipe, checkpoint, stop)
    ear = distil(data, recipe, checkpoint, lambda line: epochs.append(line["epoch"]))
    assert epochs == [0, 1], "a resumed run goes on with the next epoch"
    quantise_ear(ear, data, recipe, lambda line: None)
    write_ear(ear, world / "models")
    return world / "models"


def arguments(world: Path, stage: str, models: Path) -> list[str]:
    return [
        *("train", stage, "--language", "en", "--labels", str(world / "labels.tsv")),
        *("--work", str(world / "work"), "--out", str(models), "--jobs", "1"),
        *("--streams", "70", "--epochs", "1"),
    ]


def test_ear_has_the_shape_of_the_contract(ear_folder: Path) -> None:
    model = Model.load(ear_folder / "ear.tflite")
    assert (model.input_shape, model.output_shape) == ((1, 4, 40), (1, 128))


def test_heads_ask_for_the_whisper_that_hears_people(
    world: Path,
    ear_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ALLEARS_CACHE", str(world / "cache"))
    assert run(arguments(world, "commands", ear_folder)) == 2
    assert "allears speech voices download whisper" in capsys.readouterr().err


class _Whisper:
    """Answers of the right shape; the model itself is 134 MB."""

    def __init__(self, _: Path) -> None:
        self._mixing = np.random.default_rng(0).normal(size=(640, 512)).astype(np.float32)

    def __call__(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        return samples.reshape(-1, 640).astype(np.float32) / 32768 @ self._mixing


def test_commands_from_seed_to_card(
    world: Path, ear_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLEARS_CACHE", str(world / "cache"))
    monkeypatch.setattr(distillation, "WhisperEncoder", _Whisper)
    monkeypatch.setattr(heard_people, "_whisper", lambda: world)
    assert run(arguments(world, "commands", ear_folder)) == 0
    head = Model.load(ear_folder / "en" / "commands.tflite")
    assert head.input_shape == (1, 128)
    card = (ear_folder / "en" / "card.yaml").read_text(encoding="utf-8")
    assert "synthetic_clips_sha256" in card and "ear_sha256" in card and "phrases_sha256" in card
    kept = [c for c in read_labels(world / "labels.tsv") if is_test(c)]
    assert 0 < len(kept) < 8
    assert f"clips: {8 - len(kept)}\n" in card


def test_wake_from_seed_to_card(
    world: Path, ear_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLEARS_CACHE", str(world / "cache"))
    assert run(arguments(world, "wake", ear_folder)) == 0
    detector = load_detector(ear_folder / "en" / "wake.json")
    assert detector is not None


def test_training_without_clips_says_what_to_do(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("ALLEARS_CACHE", str(tmp_path / "empty"))
    line = arguments(world, "wake", tmp_path)
    line[line.index("--work") + 1] = str(tmp_path / "work")
    assert run(line) == 2
    assert "allears speech synth --language en" in capsys.readouterr().err

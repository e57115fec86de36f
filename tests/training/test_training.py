"""Every stage of training, end to end, on a tiny set of espeak-ng clips."""

from __future__ import annotations

import hashlib
import json
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from allears.interpreter import Model
from allears.wake import load_detector
from allears_tools.augment.places import make_places
from allears_tools.cli import run
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.seeds import load_language
from allears_tools.speech import SpeechCache, synthesise
from allears_tools.speech.recipe import training_jobs
from allears_tools.training import distillation, hardening_making, heard_people, noisy_chunks
from allears_tools.training.ear import DistillationSet, EarRecipe, distil
from allears_tools.training.ear_export import quantise_ear, write_ear
from allears_tools.training.noisy_chunks import WORDS
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


def test_the_ear_hardened_from_recordings_to_card(
    world: Path, ear_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLEARS_CACHE", str(world / "cache"))
    monkeypatch.setattr(hardening_making, "PEOPLE", ("real",))
    monkeypatch.setattr(
        noisy_chunks, "make_places", partial(make_places, crowds=2, kitchens=2, seconds=1.0)
    )
    models = tmp_path / "models"
    shutil.copytree(ear_folder, models)
    assert (models / "en/commands.json").is_file(), "a head stands behind it"
    line = ["train", "harden", "--labels", str(world / "labels.tsv"), "--models", str(models)]
    line += ["--out", str(models), "--work", str(world / "work"), "--steps", "2", "--jobs", "1"]
    assert run(line) == 0
    before = (ear_folder / "ear.tflite").read_bytes()
    after = (models / "ear.tflite").read_bytes()
    assert after != before and len(after) == len(before)
    sha256 = hashlib.sha256(after).hexdigest()
    assert json.loads((models / "en/commands.json").read_text())["ear_sha256"] == sha256
    card = yaml.safe_load((models / "ear.yaml").read_text(encoding="utf-8"))
    assert card["sha256"] == sha256
    (told,) = card["hardened"]
    assert told["begun_from"] == hashlib.sha256(before).hexdigest()
    assert told["recipe"]["steps"] == 2 and set(told["data_sha256"]) == {"real", *WORDS}


def test_hardening_without_an_ear_or_recordings_says_so(
    world: Path, ear_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["train", "harden", "--labels", str(world / "labels.tsv"), "--models", str(tmp_path)]
    assert run(line) == 2
    assert "ear.tflite" in capsys.readouterr().err
    line = ["train", "harden", "--labels", str(tmp_path / "none.tsv"), "--models", str(ear_folder)]
    assert run(line) == 2
    assert "none.tsv" in capsys.readouterr().err


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

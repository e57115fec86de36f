"""The teacher of phrases, and what it asks of the ear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from allears_tools.training import distillation
from allears_tools.training.corpus import Part, Said, chunked
from allears_tools.training.distillation import stored_part
from allears_tools.training.ear import DistillationSet, EarRecipe, distil
from allears_tools.training.ear_making import checkpoint_of
from allears_tools.training.features import FRAMES
from allears_tools.training.network import Layer
from allears_tools.training.phrase_goal import PhraseGoal
from allears_tools.training.phrase_teacher import (
    PhraseRecipe,
    PhraseTeacher,
    classes_of,
    stored_phrases,
    train_phrases,
    wanted_steps,
)
from allears_tools.training.streams import IGNORE, STREAM_SAMPLES
from numpy.typing import NDArray

LAYERS = [
    Layer("conv", 16, 6, 2),
    Layer("separable", 24, 4, 2),
    Layer("conv", 32, 1, relu=False),
]


def test_a_chunk_knows_the_words_that_lie_whole_in_it() -> None:
    rng = np.random.default_rng(0)
    tone = rng.uniform(-1, 1, STREAM_SAMPLES // 3).astype(np.float32)
    part = chunked(((tone, text) for text in ("en|a", "", "en|b", "en|c", "en|d")), rng, (0.1, 0.1))
    assert part.chunks.shape == (1, STREAM_SAMPLES)
    (words,) = part.said
    assert [word.text for word in words] == ["en|a"], "the third is cut, and one has no text"
    assert words[0] == Said("en|a", 0, len(tone))


def test_a_part_is_made_once(tmp_path: Path) -> None:
    part = Part(np.ones((2, 10), np.int16), [[Said("en|a", 1, 5)], []])
    assert stored_part(tmp_path, lambda: part).said == part.said

    def never() -> Part:
        raise AssertionError("made again")

    again = stored_part(tmp_path, never)
    assert again.said == part.said and (again.chunks == 1).all()


def test_rare_phrases_are_no_class_and_words_have_their_time() -> None:
    said = [[Said("en|a", 0, 16000)], [Said("en|a", 0, 16000), Said("en|b", 32000, 48000)]]
    classes = classes_of(said, 2)
    assert classes == {"en|a": 1}
    steps = wanted_steps(said[1], classes, 200)
    assert steps[25] == 1 and steps[20] == IGNORE and steps[10] == 0
    assert steps[75] == 0, "a phrase that is no class counts as none"


@pytest.fixture(scope="module")
def spoken() -> DistillationSet:
    """Chunks in which Whisper's answers rise in one of four directions at the end of a phrase."""
    rng = np.random.default_rng(1)
    whisper = rng.normal(0, 0.3, (64, 200, 16)).astype(np.float16)
    features = rng.integers(-128, -100, (1, 64, 800, 40)).astype(np.int8)
    said: list[list[Said]] = []
    for row in range(64):
        words = []
        for place, which in enumerate(rng.integers(0, 4, 4)):
            end = 40 + 45 * place
            whisper[row, end - 8 : end, which] += 3
            features[0, row, (end - 8) * 4 : end * 4, which * 8 : which * 8 + 8] = 100
            words.append(Said(f"en|{which}", (end - 10) * 640, end * 640))
        said.append(words)
    return DistillationSet(features, rng.normal(size=(64, 91, 8)).astype(np.float16), whisper, said)


@pytest.fixture(scope="module")
def taught(spoken: DistillationSet) -> tuple[PhraseTeacher, list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []
    recipe = PhraseRecipe(width=24, epochs=12, batch=8, fewest=2)
    return train_phrases(spoken.whisper, spoken.said, recipe, lines.append), lines


def test_it_learns_the_phrases(taught: tuple[PhraseTeacher, list[dict[str, Any]]]) -> None:
    _, lines = taught
    assert lines[-1]["phrases"] == 4
    assert lines[-1]["named"] > 0.8 > lines[0]["named"]


def test_it_is_taught_once(spoken: DistillationSet, tmp_path: Path) -> None:
    recipe = PhraseRecipe(width=24, epochs=1, batch=8, fewest=2)
    lines: list[dict[str, Any]] = []
    heard = torch.from_numpy(spoken.whisper[:4].astype(np.float32)).transpose(1, 2)

    def answers() -> torch.Tensor:
        path = tmp_path / "phrases.pt"
        teacher = stored_phrases(spoken.whisper, spoken.said, recipe, path, lines.append)
        with torch.no_grad():
            answered: torch.Tensor = teacher.phrase(teacher(heard))
        return answered

    torch.testing.assert_close(answers(), answers())
    assert len(lines) == 1, "the second is the first one's file"


def test_the_ear_learns_them_from_it_and_goes_on_where_it_stopped(
    spoken: DistillationSet,
    taught: tuple[PhraseTeacher, list[dict[str, Any]]],
    tmp_path: Path,
) -> None:
    teacher, _ = taught
    before = {name: values.clone() for name, values in teacher.state_dict().items()}

    def apart(epochs: int) -> float:
        torch.manual_seed(5)
        goal = PhraseGoal(teacher, 32, 4)
        recipe = EarRecipe(epochs=epochs, batch=8, layers=list(LAYERS))
        ear = distil(spoken, recipe, tmp_path / "c.pt", lambda line: None, goal=goal)
        ear.eval()
        goal.eval()
        features = (torch.from_numpy(spoken.features[0]).float() + 128).transpose(1, 2) * (26 / 255)
        with torch.no_grad():
            whisper = torch.from_numpy(spoken.whisper.astype(np.float32))
            speech = torch.ones(64, 200, dtype=torch.bool)
            return float(goal.losses(ear.student(features), whisper, speech)[0])

    first = apart(1)
    assert apart(6) < 0.8 * first, "the head is stored with the ear"
    for name, values in teacher.state_dict().items():
        torch.testing.assert_close(values, before[name], msg=f"{name} has moved")


def test_what_is_said_stays_with_its_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = np.arange(20, dtype=np.int16)[:, None].repeat(STREAM_SAMPLES, axis=1)
    said = [[Said(f"en|{row}", 0, 640)] for row in range(20)]
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(256, 512)).astype(np.float32)

    def google(*_: object) -> Callable[[NDArray[np.int16]], NDArray[np.float32]]:
        return lambda chunk: np.full((91, 96), chunk[0], np.float32)

    def whisper(*_: object) -> Callable[[NDArray[np.int16]], NDArray[np.float32]]:
        return lambda chunk: rng.normal(size=(200, 256)).astype(np.float32) @ mixing

    def features(some: NDArray[np.int16], *_: object) -> NDArray[np.int8]:
        return some[None, :, :1, None].astype(np.int8).repeat(FRAMES, 2).repeat(40, 3)

    monkeypatch.setattr(distillation, "PARTS", {"one": lambda _: Part(chunks, said)})
    monkeypatch.setattr(distillation, "GoogleEmbedding", google)
    monkeypatch.setattr(distillation, "WhisperEncoder", whisper)
    monkeypatch.setattr(distillation, "corrupted_features", features)
    labels = tmp_path / "labels.tsv"
    labels.write_text("some", encoding="utf-8")
    for _ in range(2):  # made, then loaded
        data, hashes, projection = distillation.prepare(
            labels, tmp_path, tmp_path, lambda line: None
        )
        rows = data.features[0, :, 0, 0]
        assert sorted(rows) == list(range(20)) and rows.tolist() != list(range(20))
        assert [words[0].text for words in data.said] == [f"en|{row}" for row in rows]
        assert (
            np.argsort(data.google[:, 0, 0].astype(np.float32)).tolist()
            == np.argsort(rows).tolist()
        )
        assert set(hashes) == {"one"}
        assert data.whisper.shape[2] == projection.axes.shape[1]


def test_other_recordings_are_another_part(tmp_path: Path) -> None:
    labels = tmp_path / "labels.tsv"
    places = set()
    for text in ("some", "others", "some"):
        labels.write_text(text, encoding="utf-8")
        places.add(distillation.part_folder("real", labels, tmp_path))
    assert len(places) == 2


def test_a_run_goes_on_only_with_its_own_checkpoint(tmp_path: Path) -> None:
    recipes = [EarRecipe(), EarRecipe(phrase_weight=0.0), EarRecipe(epochs=3)]
    places = {checkpoint_of(tmp_path, recipe, None) for recipe in recipes}
    places.add(checkpoint_of(tmp_path, EarRecipe(), "an ear's hash"))
    assert len(places) == 4
    assert checkpoint_of(tmp_path, EarRecipe(), None) in places

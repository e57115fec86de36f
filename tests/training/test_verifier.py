"""When a verifier is asked, and what it must answer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from allears.contract import FEATURE_CHANNELS
from allears_tools.seeds import load_language
from allears_tools.training import verifier
from allears_tools.training.verifier import at_ear_steps
from allears_tools.training.verifier_cutoffs import (
    CANDIDATES_PER_HOUR,
    DEFAULT,
    KINDER,
    candidates,
    choose_cutoffs,
)
from numpy.typing import NDArray

HOUR = np.zeros((360_000, FEATURE_CHANNELS), np.int8)


class FakeCascade:
    """A wake model that fires once a minute with each of its means, and what its verifier says."""

    def __init__(self, means: list[float], says: float) -> None:
        self._means, self._says = means, says
        self.asked_at: list[float] = []

    def trace(self, features: NDArray[np.int8]) -> NDArray[np.float32]:
        trace = np.zeros(len(features) // 3, np.float32)
        for place, mean in enumerate(self._means):
            trace[place * 20 : len(trace) : 2000] = mean
        return trace

    def scores(
        self, features: NDArray[np.int8], trace: NDArray[np.float32], cutoff: float
    ) -> list[float]:
        self.asked_at.append(cutoff)
        return [self._says for _ in candidates(trace, cutoff)]


def chosen(means: list[float], says: float) -> Any:
    cascade: Any = FakeCascade(means, says)
    return choose_cutoffs(cascade, [HOUR], lambda line: None)


def test_labels_are_moved_to_the_ears_steps() -> None:
    labels = np.zeros((1, 266), np.int64)
    labels[0, 100:108] = 1  # 3.00 to 3.24 s
    moved = at_ear_steps(labels)[0]
    wanted_s = (np.flatnonzero(moved) + 1) * 0.04
    assert len(moved) == 199
    assert wanted_s.min() >= 2.99 and wanted_s.max() <= 3.26


@pytest.mark.parametrize(("text", "left"), [("door", 4), ("Computer", 2), ("my computer hums", 2)])
def test_people_who_may_say_the_wake_word_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, left: int
) -> None:
    columns = "path language text speaker kind duration_s sample_rate_hz source licence training"
    line = ("a.wav", "en", text, "ana", "wake", "1.0", "16000", "some", "CC BY", "yes")
    labels = tmp_path / "labels.tsv"
    labels.write_text("\t".join(columns.split()) + "\n" + "\t".join(line) + "\n", "utf-8")
    people = SimpleNamespace(features=np.arange(4 * 40, dtype=np.int8).reshape(4, 1, 40))
    monkeypatch.setattr(verifier, "hear_people", lambda *_: people)
    surely = np.array([0.9, 0.01, 0.2, 0.0], np.float32)
    monkeypatch.setattr(verifier, "phrase_heard", lambda *_: surely)
    others = verifier._others(load_language("en"), labels, 4, tmp_path, lambda _: None)
    assert len(others) == left
    np.testing.assert_array_equal(others[-1], people.features[3])


def test_without_recordings_there_are_no_others(tmp_path: Path) -> None:
    assert len(verifier._others(load_language("en"), None, 4, tmp_path, lambda _: None)) == 0


def test_while_the_verifier_waits_it_is_not_asked_again() -> None:
    trace = np.zeros(60, np.float32)
    trace[10:25] = 0.9
    trace[40] = 0.9
    assert list(candidates(trace, 0.5)) == [10, 19, 40]


def test_the_wake_model_may_ask_so_often() -> None:
    found = chosen([0.75, 0.45], says=0.1)
    assert 0.44 <= found.candidate_cutoff < 0.75, "both together would ask 120 times an hour"
    assert found.candidates == 60 <= CANDIDATES_PER_HOUR
    assert (found.false_alarms, found.probability_cutoff) == (0, 0.6)


def test_the_verifiers_cutoff_leaves_room_above_what_people_give() -> None:
    found = chosen([0.75], says=0.6)
    assert 0.6 <= found.probability_cutoff - KINDER <= 0.63
    assert found.hours == 1.0


def test_people_whom_the_verifier_knows_are_counted_further_below() -> None:
    cascade: Any = FakeCascade([0.75], 0.5)
    before = choose_cutoffs(cascade, [HOUR], lambda line: None)
    told = choose_cutoffs(cascade, [HOUR], lambda line: None, more=0.1)
    assert told.probability_cutoff == pytest.approx(before.probability_cutoff + 0.1)


def test_without_recordings_both_have_a_default() -> None:
    cascade: Any = FakeCascade([], 0.0)
    found = choose_cutoffs(cascade, [], lambda line: None)
    assert (found.candidate_cutoff, found.probability_cutoff) == DEFAULT

"""Composed streams are made once for what decides them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from allears_tools.evaluate.labels import COLUMNS
from allears_tools.training.kept_streams import kept_streams
from allears_tools.training.material import Material, StreamPlan
from allears_tools.training.streams import COMMAND_WINDOW, NONE, Utterance


def _material() -> Material:
    word = np.sin(np.arange(8000) * 0.2).astype(np.float32)
    return Material([Utterance(word, 1)], [Utterance(word[:4000], NONE)])


def test_they_are_made_once_and_anew_for_other_recordings(tmp_path: Path) -> None:
    made: list[dict[str, Any]] = []
    plan = StreamPlan(2, 0.04, COMMAND_WINDOW)

    def kept(labels: Path | None, *made_of: object) -> np.ndarray:
        return kept_streams(
            "en", plan, list(made_of), _material, labels, tmp_path / "work", made.append
        ).inputs

    first = kept(None, 1)
    assert np.array_equal(kept(None, 1), first) and len(made) == 1
    kept(None, 2)
    assert len(made) == 2
    labels = tmp_path / "labels.tsv"
    labels.write_text("\t".join(COLUMNS) + "\n", encoding="utf-8")
    kept(labels, 1)
    assert len(made) == 3
    names = [path.name for path in (tmp_path / "work").iterdir()]
    assert len(names) == 3 and not any("unfinished" in name for name in names)

"""Sets a head's threshold on people's speech, with the int8 models that ship."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from allears.interpreter import Model
from numpy.typing import NDArray

from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.training.commands import NONE_CLASS, embed
from allears_tools.training.features import clip_features
from allears_tools.training.material import load_clip

FALSE_SHARE = 0.08
"""Clips of speech that is no command of ours, of those that may train, that may give an event."""

DEFAULT_THRESHOLD = 0.5
"""Where there are no such recordings."""

_KIND = "spoken-command"
"""What a listening device hears when it is not meant: people talking to other devices."""


def other_speech(labels: Path) -> list[NDArray[np.int8]]:
    """Features of the clips to choose on, int8 [frames, 40] each; none of the test split."""
    return [
        clip_features(load_clip(clip.audio))
        for clip in read_labels(labels)
        if clip.kind == _KIND and not is_test(clip)
    ]


def highest_score(ear: Model, head: Model, clip: NDArray[np.int8], smoothing: int) -> float:
    """The best smoothed probability of any command in a clip, in 0 to 1."""
    head.reset()
    out = np.array([head.run(e[None])[0, 1:] for e in embed(ear, clip[None])[0]], np.int32)
    sums = np.cumsum(np.pad(out + 128, ((1, 0), (0, 0))), axis=0)
    smooth = sums[smoothing:] - sums[:-smoothing]
    return float(smooth.max()) / (256 * smoothing)


def set_threshold(models: Path, language: str, labels: Path | None) -> float:
    """Choose the lowest threshold within `FALSE_SHARE` and write it to ``commands.json``."""
    path = models / language / "commands.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["classes"][0] == NONE_CLASS
    ear, head = Model.load(models / "ear.tflite"), Model.load(models / language / "commands.tflite")
    clips = other_speech(labels) if labels is not None else []
    smoothing = manifest["smoothing_frames"]
    scores = np.array([highest_score(ear, head, clip, smoothing) for clip in clips])
    manifest["threshold"] = lowest_threshold(scores) if len(scores) else DEFAULT_THRESHOLD
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    return float(manifest["threshold"])


def lowest_threshold(scores: NDArray[np.float64]) -> float:
    """The lowest threshold, in steps of 0.05 from 0.30, at which few enough clips fire."""
    for threshold in np.arange(0.30, 0.95, 0.05):
        if np.mean(scores >= threshold) <= FALSE_SHARE:
            return round(float(threshold), 2)
    return 0.95

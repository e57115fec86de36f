"""Sets a head's threshold on people's speech, with the int8 models that ship."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from allears.interpreter import Model
from numpy.typing import NDArray

from allears_tools.evaluate.labels import Clip, read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.seeds import load_language
from allears_tools.seeds.matching import match_command
from allears_tools.training.command_streams import NONE_CLASS
from allears_tools.training.embedding import embed
from allears_tools.training.features import clip_features
from allears_tools.training.material import load_clip

FALSE_SHARE = 0.08
"""Clips of speech that is no command of ours, of those that may train, that may give an event."""

FALSE_WORD_SHARE = 0.15
"""Single words of people in other languages, likewise. They fire about as often as words of the
language itself that are no command (docs/experiments.md 19). It was 0.20 for the heads whose
cards say so (docs/experiments.md 39)."""

TAUGHT_MARGIN = 0.1
"""A head that was taught what to say to these very people, by the phrase teacher or by other heads,
gives them so much less than others (docs/experiments.md 34)."""

LOWEST, HIGHEST = 0.25, 0.95
DEFAULT_THRESHOLD = 0.5
"""Where there are no such recordings."""

_KIND = "spoken-command"
"""What a listening device hears when it is not meant: people talking to other devices."""

_WORD_KINDS = frozenset({"command", "digit", "other-word", "command-like", "number-word"})
_WORDS_A_LANGUAGE = 100
_SILENCE = (8000, 16000)
"""Samples before and after a word, as an evaluation plays it."""


def other_speech(labels: Path) -> list[NDArray[np.int8]]:
    """Features of the clips to choose on, int8 [frames, 40] each; none of the test split."""
    return [
        clip_features(load_clip(clip.audio))
        for clip in read_labels(labels)
        if clip.kind == _KIND and not is_test(clip)
    ]


def foreign_words(labels: Path, language: str) -> list[NDArray[np.int8]]:
    """Features of single words of people in other languages, none of the test split."""
    by_language: dict[str, list[Clip]] = {}
    for clip in read_labels(labels):
        if clip.kind in _WORD_KINDS and clip.training == "yes" and not is_test(clip):
            by_language.setdefault(clip.language, []).append(clip)
    seed, rng, out = load_language(language), np.random.default_rng(0), []
    for other, clips in sorted(by_language.items()):
        if other in (language, ""):
            continue
        for number in rng.permutation(len(clips))[:_WORDS_A_LANGUAGE]:
            if match_command(seed, clips[number].text) is None:
                out.append(clip_features(np.pad(load_clip(clips[number].audio), _SILENCE)))
    return out


def highest_score(ear: Model, head: Model, clip: NDArray[np.int8], smoothing: int) -> float:
    """The best smoothed probability of any command in a clip, in 0 to 1."""
    head.reset()
    out = np.array([head.run(e[None])[0, 1:] for e in embed(ear, clip[None])[0]], np.int32)
    sums = np.cumsum(np.pad(out + 128, ((1, 0), (0, 0))), axis=0)
    smooth = sums[smoothing:] - sums[:-smoothing]
    return float(smooth.max()) / (256 * smoothing)


def set_threshold(models: Path, language: str, labels: Path | None, kinder: float = 0.0) -> float:
    """Choose the lowest threshold within both shares and write it to ``commands.json``.

    Args:
        models: folder of the ear, a language's head in a folder below.
        language: whose.
        labels: recordings of people; without, the threshold is `DEFAULT_THRESHOLD`.
        kinder: added to it, for a head that knows these people.
    """
    path = models / language / "commands.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["classes"][0] == NONE_CLASS
    ear, head = Model.load(models / "ear.tflite"), Model.load(models / language / "commands.tflite")
    smoothing = manifest["smoothing_frames"]

    def lowest(clips: list[NDArray[np.int8]], share: float) -> float:
        scores = np.array([highest_score(ear, head, clip, smoothing) for clip in clips])
        return lowest_threshold(scores, share) if len(scores) else DEFAULT_THRESHOLD

    manifest["threshold"] = DEFAULT_THRESHOLD
    if labels is not None:
        found = max(
            lowest(other_speech(labels), FALSE_SHARE),
            lowest(foreign_words(labels, language), FALSE_WORD_SHARE),
        )
        manifest["threshold"] = round(min(HIGHEST, found + kinder), 2)
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    return float(manifest["threshold"])


def lowest_threshold(scores: NDArray[np.float64], share: float = FALSE_SHARE) -> float:
    """The lowest threshold, in steps of 0.05 from `LOWEST`, at which at most ``share`` fire."""
    for threshold in np.arange(LOWEST, HIGHEST, 0.05):
        if np.mean(scores >= threshold) <= share:
            return round(float(threshold), 2)
    return HIGHEST

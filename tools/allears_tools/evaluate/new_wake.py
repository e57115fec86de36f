"""A wake word of `allears train --wake`, measured as a language's own is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from allears.wake import load_manifest

from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.measure import measure
from allears_tools.seeds import LanguageSeed, Phrasing, load_language


def seed_of_word(language: str, wake_word: str) -> LanguageSeed:
    """The language with another wake word: what else is said is as much a negative as before."""
    seed = load_language(language)
    wake = msgspec.structs.replace(seed.wake, text=wake_word, phrasings=[Phrasing(wake_word)])
    return msgspec.structs.replace(seed, wake=wake)


def measure_new_wake(
    folder: Path,
    language: str,
    labels: Path,
    *,
    split: str = "all",
    others: bool = False,
    jobs: int = 1,
    progress: Callable[[int], None] = lambda clips: None,
) -> dict[str, Any]:
    """Hear the clips of a labels file with the wake word of a folder.

    Args:
        folder: holds `wake.json` and the model that it names.
        language: in which the word is said.
        labels: the recordings; those whose text holds the word should wake, the rest should not.
        split: all, test or train.
        others: speech of other languages counts as negatives.
        jobs: processes.
        progress: called with the number of clips just heard.

    Returns:
        what `allears evaluate --stage wake --json` writes, and `wake_word`.

    Raises:
        AllEarsError: the folder holds no wake word.
        EvaluationError: the file holds no clip that can be judged.
    """
    manifest = load_manifest(folder / "wake.json")
    if not (folder / manifest.model).is_file():
        raise EvaluationError(
            f"There is no {manifest.model} in {folder}.",
            "wake.json names it as its model",
            "Put it beside wake.json, or train the word again: allears train --wake",
        )
    with tempfile.TemporaryDirectory() as models:
        stand_in = Path(models) / language
        stand_in.mkdir()
        for name in ("wake.json", manifest.model):
            shutil.copy(folder / name, stand_in)
        found = measure(
            language,
            "wake",
            labels,
            Path(models),
            split=split,
            others=others,
            jobs=jobs,
            seed=seed_of_word(language, manifest.wake_word),
            progress=progress,
        )
    return {"wake_word": manifest.wake_word, **found}

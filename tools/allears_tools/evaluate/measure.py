"""An evaluation as a function: labels and models in, a report out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allears_tools.evaluate.judging import Vocabulary
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.listening import ListenerFactory
from allears_tools.evaluate.neutral import NeutralListener
from allears_tools.evaluate.provenance import provenance
from allears_tools.evaluate.report import report
from allears_tools.evaluate.runner import plan, run
from allears_tools.seeds import LanguageSeed, load_language

STAGES_OF_FILES = {"commands": "commands.json", "wake": "wake.json"}
"""A language has a stage's models where this file lies in its folder."""


def measure(
    language: str,
    stage: str,
    labels: Path,
    models: Path,
    *,
    split: str = "all",
    others: bool = False,
    jobs: int = 1,
    seed: LanguageSeed | None = None,
    build: ListenerFactory | None = None,
    progress: Callable[[int], None] = lambda clips: None,
) -> dict[str, Any]:
    """Hear the clips of a labels file with the models of a folder.

    Args:
        language: whose models.
        stage: commands or wake.
        labels: the recordings.
        models: folder of the models.
        split: all, test or train.
        others: speech of other languages counts as negatives.
        jobs: processes.
        seed: words of the language, where they are not those of its seed file.
        build: makes the listener, where it is not the one of `models`.
        progress: called with the number of clips just heard.

    Returns:
        what `allears evaluate --json` writes.

    Raises:
        EvaluationError: the file holds no clip that can be judged.
    """
    origin = provenance(language, models)
    vocabulary = Vocabulary.of(seed or load_language(language))
    planned = plan(read_labels(labels), stage, vocabulary, split, others=others)
    hearings = run(
        planned,
        "",
        language,
        build or NeutralListener(models, json.dumps(origin["models"])),
        jobs,
        progress,
    )
    return {
        "language": language,
        "stage": stage,
        "split": split,
        "labels": str(labels),
        **report(hearings, planned.skipped),
        **origin,
    }

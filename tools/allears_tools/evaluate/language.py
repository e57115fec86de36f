"""Everything that is measured of one language, on people and on held-out synthetic voices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.measure import STAGES_OF_FILES, measure

Reports = dict[str, dict[str, Any]]
"""`people` and `synthetic` → stage → report."""


def measure_language(
    language: str,
    models: Path,
    *,
    people: Path | None,
    synthetic: Path | None,
    jobs: int = 1,
) -> Reports:
    """Measure both stages of a language, each where there are models and clips.

    Of people's recordings only those are heard that no model may train on; for the wake word
    their speech in every other language counts too.

    Args:
        language: its code.
        models: folder of the models.
        people: labels file of recordings of people.
        synthetic: labels file of held-out synthetic voices.
        jobs: processes.
    """
    reports: Reports = {"people": {}, "synthetic": {}}
    for stage, file in STAGES_OF_FILES.items():
        if not (models / language / file).is_file():
            continue
        for kind, labels, split in (("people", people, "test"), ("synthetic", synthetic, "all")):
            if labels is None:
                continue
            others = kind == "people" and stage == "wake"
            try:
                reports[kind][stage] = measure(
                    language, stage, labels, models, split=split, others=others, jobs=jobs
                )
            except EvaluationError:
                continue  # no clip of this language, which the card then shows by saying nothing
    return reports

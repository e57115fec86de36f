"""Training streams that are kept, so that a rerun starts from them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from allears.contract import FEATURES_SHA256

from allears_tools.training.card import file_sha256
from allears_tools.training.classifier import StreamSet
from allears_tools.training.ear import dequantise
from allears_tools.training.material import Material, StreamPlan, make_streams

Report = Callable[[dict[str, Any]], None]


def kept_streams(
    name: str,
    plan: StreamPlan,
    made_of: list[Any],
    gather: Callable[[], Material],
    labels: Path | None,
    work: Path,
    report: Report,
    jobs: int = 1,
) -> StreamSet:
    """Load the streams of a plan and material, or make and keep them.

    Args:
        name: how the file's name begins.
        plan: how they are composed.
        made_of: what else decides them, as plain data; the recordings and the front end are added.
        gather: the material, asked for only where they must be made.
        labels: recordings of people, whose noises are heard too.
        work: the folder.
        report: told what is made.
        jobs: processes.
    """
    people = file_sha256(labels) if labels is not None else None
    decides = [asdict(plan), *made_of, people, FEATURES_SHA256]
    key = hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:12]
    path = work / f"{name}-{key}.npz"
    if not path.exists():
        material = gather()
        report({"making": name, "positives": len(material.positives), "count": plan.count})
        features, wanted = make_streams(material, plan, labels, jobs)
        work.mkdir(parents=True, exist_ok=True)
        # A half-written file never carries the final name.
        unfinished = path.with_suffix(".unfinished.npz")
        np.savez(unfinished, features=features, wanted=wanted)
        unfinished.rename(path)
    stored = np.load(path)
    return StreamSet(stored["features"], stored["wanted"], dequantise)

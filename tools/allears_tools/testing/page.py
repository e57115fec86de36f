"""The report as one HTML page that needs nothing beside it."""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import soundfile
from allears.profile import Profile

from allears_tools.evaluate.clip_audio import SAMPLE_RATE_HZ, Samples
from allears_tools.evaluate.report import NO_COMMAND, NONE
from allears_tools.testing.curves import CurveMaker
from allears_tools.testing.drawing import LEFT, RIGHT, draw
from allears_tools.testing.outcome import GOOD, Outcome

_TEMPLATE = "page.html.j2"


def write_page(
    found: dict[str, Any],
    outcomes: list[Outcome],
    profile: Profile,
    path: Path,
    most_clips: int,
    tell: Callable[[int], None] = lambda clips: None,
) -> None:
    """Write the page.

    Args:
        found: the report.
        outcomes: what it was made of.
        most_clips: so many clips that went wrong are shown with their audio, at most.
        tell: called with the clips just drawn.
    """
    makers = {e.language: CurveMaker(profile, e) for e in profile.languages}
    failed = [outcome for outcome in outcomes if outcome.result not in GOOD]
    shown = []
    for outcome in failed[:most_clips]:
        curves = makers[outcome.trial.language].of(outcome.scene.samples)
        shown.append(
            {
                "clip": outcome.to_dict(),
                "picture": _data("image/png", draw(outcome, curves)),
                "audio": _data("audio/flac", _flac(outcome.scene.samples)),
                "seconds": len(outcome.scene.samples) / SAMPLE_RATE_HZ,
            }
        )
        tell(1)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("allears_tools.testing", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    page = environment.get_template(_TEMPLATE).render(
        found=found,
        matrix=_matrix(found["commands"]["confusions"]),
        rows=_rows(outcomes),
        shown=shown,
        failed=len(failed),
        axis=(LEFT, RIGHT),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _rows(outcomes: list[Outcome]) -> dict[str, Counter[str]]:
    """Results by what was due."""
    rows: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        due = outcome.trial.truth.expected or f"nothing ({outcome.trial.stage})"
        rows.setdefault(due, Counter())[outcome.result] += 1
    return dict(sorted(rows.items()))


def _matrix(confusions: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Rows said, columns heard; a cell is (clips, share of its row)."""
    heard = {name for row in confusions.values() for name in row}
    names = sorted({*confusions, *heard} - {NONE, NO_COMMAND})
    columns = [*names, NONE]
    rows = []
    for said in [name for name in [*names, NO_COMMAND] if name in confusions]:
        counts = confusions[said]
        total = sum(counts.values())
        cells = [(counts.get(name, 0), counts.get(name, 0) / total) for name in columns]
        right = NONE if said == NO_COMMAND else said
        rows.append({"said": said, "cells": cells, "right": columns.index(right)})
    return {"columns": columns, "rows": rows}


def _flac(samples: Samples) -> bytes:
    content = io.BytesIO()
    soundfile.write(content, samples, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    return content.getvalue()


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"

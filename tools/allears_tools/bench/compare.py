"""A run beside an older one: faster, slower or the same, by ratio and noise.

Another machine, or the same one busier, changes every time. So each round's cost is divided by that
of pymicro-features' front end in the same round, which nobody here changes; and a difference counts
only where it is larger than what these quotients scatter in either run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from allears.errors import AllEarsError
from numpy.typing import NDArray

LEAST_CHANGE = 0.1
"""A change below this is no change, however steady the rounds."""


class Verdict(NamedTuple):
    """One figure: ``ratio`` of new over old, ``noise`` that a change must exceed, and the verdict:
    "faster", "slower" or "same"."""

    figure: str
    ratio: float
    noise: float
    verdict: str


def read_report(path: Path, form: int) -> dict[str, Any]:
    """Read a report of this format.

    Raises:
        AllEarsError: it is missing, or no such report.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise AllEarsError(
            f"Cannot read {path}: {fault}.", "a misspelt path, or no JSON", "Check the path."
        ) from fault
    if not isinstance(report, dict) or report.get("format") != form:
        raise AllEarsError(
            f"{path} is no report of `allears bench` in format {form}.",
            "it was written by another release",
            "Compare with a report that this release wrote with --json.",
        )
    return report


def compare(new: dict[str, Any], old: dict[str, Any]) -> list[Verdict]:
    """Return a verdict a figure that both runs have."""
    before, verdicts = _quotients(old), []
    for figure, after in _quotients(new).items():
        if figure in before:
            ratio = float(np.median(after) / np.median(before[figure]))
            noise = max(LEAST_CHANGE, _scatter(before[figure]) + _scatter(after))
            verdicts.append(Verdict(figure, ratio, noise, _verdict(ratio, noise)))
    return verdicts


def _quotients(report: dict[str, Any]) -> dict[str, NDArray[np.float64]]:
    """Every cost of ours by name, over the anchor's, a round."""
    found = {}
    for code, profile in report["profiles"].items():
        for kind in ("interpreters", "stages"):
            for interpreter, costs in profile[kind].items():
                for what, cost in costs.items():
                    over = np.array(cost["rounds"]) / np.array(profile["anchor_rounds"])
                    found[f"{code} {interpreter} {what}"] = over
    return found


def _scatter(quotients: NDArray[np.float64]) -> float:
    """The range of the middle half, as a share of the median."""
    low, median, high = np.percentile(quotients, [25, 50, 75])
    return float((high - low) / median)


def _verdict(ratio: float, noise: float) -> str:
    if ratio > 1 + noise:
        return "slower"
    return "faster" if ratio < 1 / (1 + noise) else "same"

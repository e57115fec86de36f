"""From an evaluation's report to the figures on a model card."""

from __future__ import annotations

from typing import Any

_KEPT = (
    "right",
    "in_vocabulary_clips",
    "repeated",
    "right_rate",
    "right_interval",
    "out_of_vocabulary_clips",
    "false_events",
    "false_clip_rate",
    "negative_hours",
    "false_per_hour",
)
"""Counts of a report (see `evaluate.report`) that a card keeps, of the whole and of each source."""


def card_figures(report: dict[str, Any]) -> dict[str, Any]:
    """The figures of one stage: `split`, `date`, `interpreter`, hashes, `total`, `by_source`.

    Args:
        report: what `allears evaluate --json` wrote.
    """
    return {
        "split": report["split"],
        "date": report["date"],
        "interpreter": report["interpreter"],
        "models": report["models"],
        "latency_s": report["latency_s"],
        "total": _kept(report),
        "by_source": {name: _kept(group) for name, group in report["by_source"].items()},
    }


def _kept(counts: dict[str, Any]) -> dict[str, Any]:
    return {key: _short(counts[key]) for key in _KEPT if counts.get(key) is not None}


def _short(value: Any) -> Any:
    """Rates and hours to four places: more says nothing."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, list | tuple):
        return [_short(item) for item in value]
    return value

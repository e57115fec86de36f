"""Sums a test up as plain data, and holds it against what the profile demands."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from statistics import median
from typing import Any

import msgspec
from allears.profile import Acceptance, Profile

from allears_tools.evaluate.provenance import provenance_of
from allears_tools.evaluate.report import report
from allears_tools.testing.outcome import Outcome
from allears_tools.testing.targets import Facts


@dataclass(frozen=True)
class Check:
    """A demand of the profile: `measured` is None where no clip could tell, which fails."""

    name: str
    limit: float
    measured: float | None
    ok: bool


def summarise(
    profile: Profile, facts: Facts, material: str, outcomes: list[Outcome], broken: str = ""
) -> dict[str, Any]:
    """Return the report of a test; `broken` tells why it ended early.

    `commands` and `wake` are reports as `allears evaluate --json` writes them; rates are 0 to 1.
    """
    wake = report([o.hearing() for o in outcomes if o.trial.stage == "wake"], Counter())
    commands = report([o.hearing() for o in outcomes if o.trial.stage == "commands"], Counter())
    woken = [o.woken for o in outcomes if o.trial.wake]
    called = wake["in_vocabulary_clips"] + len(woken)
    missed = wake["none"] + woken.count(False)
    dropped = [o.dropped_frames for o in outcomes if o.dropped_frames is not None]
    bad = [o.playback.bad_frames for o in outcomes if o.playback.bad_frames is not None]
    found: dict[str, Any] = {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "profile": profile.country,
        "device": asdict(facts),
        "material": material,
        # Of this machine: what the reference kernels were run with.
        "models": provenance_of([entry.language for entry in profile.languages])["models"],
        "broken": broken,
        "wake_recordings": {o.trial.language: o.trial.wake.name for o in outcomes if o.trial.wake},
        "clips": len(outcomes),
        "audio_s": round(sum(o.sent_ms for o in outcomes) / 1000, 1),
        "results": dict(Counter(o.result for o in outcomes)),
        "commands": commands,
        "wake": wake,
        "wake_words": called,
        "wake_missed": missed,
        "wake_missed_rate": missed / called if called else None,
        "latency_ms": _latency(outcomes),
        "dropped_frames": sum(dropped) if dropped else None,
        "bad_frames": sum(bad) if bad else None,
        "disagreeing": [o.trial.name for o in outcomes if not o.agrees],
    }
    found["acceptance"] = [asdict(check) for check in checks(profile, found)]
    found["passed"] = not broken and all(check["ok"] for check in found["acceptance"])
    found["outcomes"] = [outcome.to_dict() for outcome in outcomes]
    return found


_MEASURED: dict[str, Callable[[dict[str, Any]], float | None]] = {
    "right_rate": lambda found: found["commands"]["right_rate"],
    "wrong_rate": lambda found: _share(
        found["commands"]["wrong"], found["commands"]["in_vocabulary_clips"]
    ),
    "wake_missed_rate": lambda found: found["wake_missed_rate"],
    "false_wakes_per_hour": lambda found: found["wake"]["false_per_hour"],
    "false_command_rate": lambda found: found["commands"]["false_clip_rate"],
    "latency_ms": lambda found: found["latency_ms"]["p50"],
    "dropped_frames": lambda found: found["dropped_frames"],
    "disagreeing_clips": lambda found: len(found["disagreeing"]),
}
"""How a demand of `Acceptance` is measured."""

_AT_LEAST = frozenset({"right_rate"})


def checks(profile: Profile, found: dict[str, Any]) -> list[Check]:
    """Hold a report against the profile's demands, those that it makes."""
    wanted = profile.acceptance
    if isinstance(wanted, msgspec.UnsetType):
        wanted = Acceptance()
    held = []
    for name, measure in _MEASURED.items():
        limit = getattr(wanted, name)
        if limit is None:
            continue
        measured = measure(found)
        if name == "dropped_frames" and measured is None:
            continue  # this target has no link to drop anything
        reached = measured is not None and (
            measured >= limit if name in _AT_LEAST else measured <= limit
        )
        held.append(Check(name, limit, measured, reached))
    return held


def _latency(outcomes: list[Outcome]) -> dict[str, Any]:
    """From the end of the speech to right events, of both stages together."""
    delays = sorted(o.latency_ms for o in outcomes if o.latency_ms is not None)
    if not delays:
        return {"events": 0, "p50": None, "p90": None, "max": None}
    return {
        "events": len(delays),
        "p50": round(median(delays)),
        "p90": delays[math.ceil(0.9 * len(delays)) - 1],
        "max": delays[-1],
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

"""The curves on the page are what the listener decides by."""

from __future__ import annotations

import numpy as np
from allears.contract import CONTEST_MS
from allears.locate import models_dir
from allears.profile import Profile
from allears.verifier import load_verifier_manifest
from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.woken import after_wake
from allears_tools.testing.curves import Curve, CurveMaker
from allears_tools.testing.reference import Reference


def _first_above(curve: Curve) -> float:
    """When a curve first reaches its limit, in ms."""
    return 1000 * float(curve.times_s[np.flatnonzero(curve.scores >= curve.limit)[0]])


def test_curves_reach_their_limits_when_the_events_come() -> None:
    gb = Profile.load("gb")
    clips = {clip.file.split("_")[1]: clip.path for clip in demo_clips("en")}
    scene = after_wake(demo_clips("en")[0].path, clips["stop"])
    wake, stop = Reference(gb).hear(scene.samples)[:2]
    curves = CurveMaker(gb, gb.languages[0]).of(scene.samples)
    # Where the wake model has a verifier, that one is heard after a contest.
    verified = load_verifier_manifest(models_dir() / "en") is not None
    waked_ms = _first_above(curves.wake) + CONTEST_MS * verified
    assert wake.kind == "wake" and abs(waked_ms - wake.at_ms) <= 60
    due = next(curve for curve in curves.commands if curve.name == stop.id)
    assert abs(_first_above(due) - stop.at_ms) <= 80
    assert len(curves.features) == len(scene.samples) // 160 - 2

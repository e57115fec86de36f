"""The curves on the page are what the listener decides by."""

from __future__ import annotations

import numpy as np
from allears.profile import Profile
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
    assert wake.kind == "wake" and abs(_first_above(curves.wake) - wake.at_ms) <= 60
    due = next(curve for curve in curves.commands if curve.name == stop.id)
    assert abs(_first_above(due) - stop.at_ms) <= 80
    assert len(curves.features) == len(scene.samples) // 160 - 2

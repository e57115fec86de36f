"""The command rule: smoothing, thresholds, hold-off, the commands a device offers."""

from __future__ import annotations

import numpy as np
from allears.commands import CommandHead, HeadManifest

EMBEDDING = np.zeros((1, 128), np.int8)


class Scripted:
    """A head whose outputs are written down: one probability of each class (in 1/256) a step."""

    input_shape, output_shape = (1, 128), (1, 3)

    def __init__(self, script):
        self.script = list(script)

    def run(self, values):
        return np.array([self.script.pop(0)], np.int16).astype(np.int16) - 128

    def reset(self):
        pass


def events(script, offered=(), threshold=None, thresholds=None, **settings):
    """Step numbers, ids and scores of the events of a script."""
    values = {"threshold": 0.5, "smoothing_frames": 2, "refractory_ms": 0, **settings}
    manifest = HeadManifest(version=1, language="en", classes=["none", "stop", "yes"], **values)
    head = CommandHead(Scripted(script), manifest, offered, threshold, thresholds)
    found = []
    for number in range(len(script)):
        event = head.step(EMBEDDING)
        if event:
            found.append((number, event.id, event.margin.score))
            head.hold_off()
    return found


def test_mean_of_the_window_decides():
    script = [(0, 255, 0), (255, 0, 0), (128, 128, 0), (128, 128, 0)]
    assert events(script) == [(3, "stop", 0.5)]


def test_just_below_the_threshold_is_nothing():
    assert events([(0, 128, 0), (0, 127, 0)]) == []


def test_the_better_class_wins():
    assert events([(0, 140, 150), (0, 140, 150)]) == [(1, "yes", 150 / 256)]


def test_hold_off_and_a_fresh_window():
    script = [(0, 255, 0)] * 10
    assert [at for at, *_ in events(script, refractory_ms=120)] == [1, 5, 9]
    assert [at for at, *_ in events(script, refractory_ms=0)] == [1, 3, 5, 7, 9]
    # Rounded up to whole steps of 40 ms.
    assert [at for at, *_ in events(script, refractory_ms=121)] == [1, 6]


def test_thresholds_of_manifest_and_profile():
    script = [(0, 200, 0)] * 2
    assert events(script, **{"thresholds": {"stop": 0.9}}) == []
    assert events(script, threshold=0.9) == []
    assert events(script, threshold=0.9, thresholds={"stop": 0.7}) == [(1, "stop", 200 / 256)]


def test_commands_not_offered_give_nothing():
    assert events([(0, 255, 0)] * 4, offered=["yes"]) == []
    assert len(events([(0, 0, 255)] * 4, offered=["yes"])) == 2

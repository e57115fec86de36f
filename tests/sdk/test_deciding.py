"""Several heads on one ear: the contest of their answers, and numbers within it."""

from __future__ import annotations

import numpy as np
import pytest
from allears.commands import CommandHead, HeadManifest
from allears.deciding import CONTEST_STEPS, UNSURE_STEPS, CommandDecider

EMBEDDING = np.zeros((1, 128), np.int8)
CLASSES = ["none", "stop", "louder", "digit_1", "digit_2"]


class Scripted:
    """Outputs written down: step -> (class, probability in 1/256)."""

    input_shape, output_shape = (1, 128), (1, len(CLASSES))

    def __init__(self, script):
        self._script, self._at = script, -1

    def run(self, values):
        self._at += 1
        output = np.full(self.output_shape, -128, np.int16)
        if self._at in self._script:
            id, probability = self._script[self._at]
            output[0, CLASSES.index(id)] = probability - 128
        return output

    def reset(self):
        self._at = -1


def decided(steps=100, thresholds=None, **scripts):
    """(step, language, id, number) of the commands of some languages' scripts."""
    decider = CommandDecider({})
    heads = [
        CommandHead(
            Scripted(script),
            HeadManifest(
                version=1,
                language=language,
                classes=CLASSES,
                threshold=(thresholds or {}).get(language, 0.4),
                smoothing_frames=1,
                refractory_ms=600,
            ),
        )
        for language, script in scripts.items()
    ]
    decider.start(heads, undecided_steps=0)
    found = []
    for step in range(steps):
        for command in decider.step(EMBEDDING, step):
            found.append((step, command.language, command.id, command.number))
    return found


def test_a_single_head_that_is_sure_is_not_made_to_wait():
    assert decided(en={10: ("stop", 200), 11: ("louder", 250)}) == [(10, "en", "stop", None)]


def test_a_single_head_that_is_not_sure_may_better_its_answer():
    unsure, end = ("stop", 120), 10 + UNSURE_STEPS
    assert decided(en={10: unsure}) == [(end, "en", "stop", None)]
    assert decided(en={10: unsure, 12: ("louder", 119)}) == [(end, "en", "stop", None)]
    assert decided(en={10: unsure, end: ("louder", 121)}) == [(end, "en", "louder", None)]
    # As soon as it is sure, it is taken; and what comes after that is held off.
    sure = {10: unsure, 12: ("louder", 180), 13: ("stop", 250)}
    assert decided(en=sure) == [(12, "en", "louder", None)]


@pytest.mark.parametrize("others", [{}, {"sr": {}}])
def test_digits_of_a_number_wait_likewise_whatever_the_heads(others):
    begin = 10 + (CONTEST_STEPS if others else 0)
    script = {10: ("louder", 200), begin + 8: ("digit_2", 120), begin + 10: ("digit_1", 220)}
    last = begin + 18
    script |= {last: ("digit_2", 120), last + 1: ("digit_1", 110)}
    assert decided(en=script, **others)[-1] == (last + UNSURE_STEPS, "en", "louder", 12)


def test_the_best_answer_of_the_contest_wins():
    end = 10 + CONTEST_STEPS
    assert decided(en={10: ("stop", 200)}, sr={}) == [(end, "en", "stop", None)]
    last = decided(en={10: ("stop", 200)}, sr={end: ("louder", 201)})
    assert last == [(end, "sr", "louder", None)]
    assert decided(en={10: ("stop", 200)}, sr={12: ("louder", 199)})[0][1] == "en"
    # Even: the first in the profile.
    assert decided(en={10: ("stop", 200)}, sr={10: ("louder", 200)})[0][1] == "en"


def test_a_head_may_better_its_own_answer():
    assert decided(en={10: ("stop", 120), 12: ("louder", 250)}, sr={})[0][2] == "louder"


def test_the_margin_counts_and_not_the_score():
    scripts = {"en": {10: ("stop", 150)}, "sr": {10: ("louder", 200)}}
    assert decided(**scripts)[0][1] == "sr"
    assert decided(**scripts, thresholds={"sr": 0.75})[0][1] == "en"


def test_all_hold_off_after_a_contest():
    end = 10 + CONTEST_STEPS
    late = {end + 3: ("stop", 255), end + 16: ("stop", 255)}
    assert [step for step, *_ in decided(en={10: ("stop", 200)}, sr=late)] == [
        end,
        end + 16 + CONTEST_STEPS,
    ]


@pytest.mark.parametrize("language", ["en", "sr"])
def test_digits_of_a_number_are_not_contested_by_other_languages(language):
    other = {"en": "sr", "sr": "en"}[language]
    end = 10 + CONTEST_STEPS
    own = {10: ("louder", 200), end + 8: ("digit_1", 200), end + 16: ("digit_2", 200)}
    strange = {end + 8: ("digit_2", 250), end + 16: ("digit_1", 250)}
    assert decided(**{language: own, other: strange}) == [
        (end, language, "louder", None),
        (end + 16, language, "louder", 12),
    ]


def test_stopping_forgets():
    decider = CommandDecider({})
    assert not decider.listening and not decider.contested
    assert decider.step(EMBEDDING, 0.0) == []

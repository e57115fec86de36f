"""What is chosen to be played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from allears.profile import Profile
from allears_tools.evaluate.labels import read_labels
from allears_tools.testing import material
from allears_tools.testing.errors import DeviceTestError
from allears_tools.testing.material import labelled_clips
from allears_tools.testing.trials import plan_trials

GB = Profile.load("gb")


def choose_wake(entry, labelled) -> Path:
    return labelled[0].audio


@pytest.fixture
def clips(labels: Callable[[int], Path]):
    return read_labels(labels(99))


def test_commands_come_after_a_wake_word_and_wake_words_alone(clips) -> None:
    trials = plan_trials(GB, clips, 0, choose_wake)
    assert {trial.stage for trial in trials} == {"commands", "wake"}
    for trial in trials:
        assert (trial.wake is None) == (trial.stage == "wake")


def test_nothing_is_played_twice_for_the_same_end(clips) -> None:
    trials = plan_trials(GB, clips, 0, choose_wake)
    assert len({trial.name for trial in trials}) == len(trials)
    negatives = [trial.clip.path for trial in trials if trial.truth.expected is None]
    assert len(set(negatives)) == len(negatives)


def test_some_are_the_first_of_all(clips) -> None:
    every = plan_trials(GB, clips, 0, choose_wake)
    few = plan_trials(GB, clips, 6, choose_wake)
    assert few == every[:6]
    assert {trial.truth.expected is None for trial in few} == {True, False}


def test_commands_that_the_device_does_not_offer_are_left_out(clips) -> None:
    narrow = msgspec.structs.replace(GB, commands=["stop"])
    due = {trial.truth.expected for trial in plan_trials(narrow, clips, 0, choose_wake)}
    assert due <= {"stop", "wake", None}


def test_clips_of_another_language_do_not_fit(clips) -> None:
    with pytest.raises(DeviceTestError, match="rs"):
        plan_trials(Profile.load("rs"), clips, 0, choose_wake)


def test_the_demos_clips_are_played_where_no_recordings_are(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(material, "BESIDE_CHECKOUT", tmp_path / "none.tsv")
    clips, name = labelled_clips(None)
    assert name == "demo clips" and plan_trials(GB, clips, 0, choose_wake)

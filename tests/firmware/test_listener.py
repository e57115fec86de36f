"""Events: Python and C give the golden ones of a whole scene, and agree on people's recordings."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from allears.interpreter import KERNELS_OVERRIDE, REFERENCE_KERNELS
from allears.native.listener import NativeListener
from allears.pipeline import Listener
from allears_tools.evaluate.labels import read_labels
from allears_tools.firmware import golden_events
from allears_tools.firmware.check import choose_clips, compare, named_profile
from allears_tools.firmware.golden_events import plain, read_events

_CLIPS = 20
_WANTED_RAM_BYTES = 64 * 1024
_WANTED_ALWAYS_ON_BYTES = 32 * 1024


_GOLDEN = read_events()


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """Wake words and commands of both languages, with pauses short and long."""
    samples = golden_events.scene(_GOLDEN["scene"])
    assert hashlib.sha256(samples.tobytes()).hexdigest() == _GOLDEN["samples_sha256"]
    return samples


@pytest.fixture
def reference_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KERNELS_OVERRIDE, REFERENCE_KERNELS)


@pytest.fixture(params=_GOLDEN["cases"], ids=lambda case: f"{case['profile']}-{case['options']}")
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


def test_the_golden_events_are_of_these_models() -> None:
    assert _GOLDEN["provenance"]["models"] == golden_events.inputs(), (
        "other models than the golden events were made with: "
        "run python -m allears_tools.firmware.golden_events"
    )


def test_python_gives_the_golden_events(
    case: dict[str, Any], scene: np.ndarray, reference_kernels: None
) -> None:
    python = Listener(named_profile(case["profile"]), **case["options"])
    assert plain(python.feed(scene) + python.finish()) == case["events"]
    assert case["events"], "a scene without any event compares nothing"


def test_c_gives_the_golden_events(case: dict[str, Any], scene: np.ndarray) -> None:
    native = NativeListener(named_profile(case["profile"]), **case["options"])
    assert plain(native.feed(scene) + native.finish()) == case["events"]


def test_chunk_sizes_do_not_matter(scene: np.ndarray) -> None:
    native = NativeListener(named_profile("gb"))
    whole = native.feed(scene) + native.finish()
    pieces = []
    for at in range(0, len(scene), 53):
        pieces += native.feed(scene[at : at + 53])
    assert pieces + native.finish() == whole


def test_c_and_python_get_used_to_a_soft_speaker_alike(
    scene: np.ndarray, reference_kernels: None
) -> None:
    """The attenuation changes in pauses and amid speech, to soft and back to loud."""
    pause = np.zeros(16000 * 3, np.int16)
    both = np.concatenate([scene // 64, pause, scene // 64, pause, scene])
    python, native = Listener(named_profile("gb")), NativeListener(named_profile("gb"))
    heard, shifts = [], set()
    for at in range(0, len(both), 16000):
        heard += python.feed(both[at : at + 16000])
        shifts.add(python._level._shift)
    wanted = plain(heard + python.finish())
    assert len(shifts) > 2
    pieces = []
    for at in range(0, len(both), 997):
        pieces += native.feed(both[at : at + 997])
    assert plain(pieces + native.finish()) == wanted
    assert wanted


def test_a_finished_listener_starts_anew(scene: np.ndarray) -> None:
    native = NativeListener(named_profile("gb"))
    once = native.feed(scene) + native.finish()
    assert native.feed(scene) + native.finish() == once


@pytest.mark.parametrize("name", ["gb", "rs", "gb+rs", "gb+rs+gb+rs"])
def test_memory_keeps_to_the_budget(name: str) -> None:
    native = NativeListener(named_profile(name))
    assert native.memory_bytes <= _WANTED_RAM_BYTES
    assert native.always_on_bytes <= _WANTED_ALWAYS_ON_BYTES


def _recordings() -> Path | None:
    given = os.environ.get("ALLEARS_RECORDINGS")
    path = Path(given) if given else Path(__file__).parents[3] / "shared/realspeech/labels.tsv"
    return path if path.is_file() else None


@pytest.mark.skipif(
    _recordings() is None,
    reason="no recordings of people: set ALLEARS_RECORDINGS to a labels file",
)
@pytest.mark.parametrize("assume_wake", [False, True])
def test_events_equal_on_people(assume_wake: bool) -> None:
    path = _recordings()
    assert path is not None
    labelled = read_labels(path)
    wakes = [clip for clip in labelled if clip.text == "computer"][:5]
    chosen = choose_clips(labelled, _CLIPS)
    found = compare("gb+rs", chosen, assume_wake=assume_wake, wakes=wakes)
    assert found.clips == len(chosen)
    assert not found.differing

"""Events: C against Python with the reference kernels, over whole scenes and real recordings."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from allears.audio import read_audio
from allears.interpreter import KERNELS_OVERRIDE, REFERENCE_KERNELS
from allears.native.listener import NativeListener
from allears.pipeline import Listener
from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.clip_audio import quiet
from allears_tools.evaluate.labels import read_labels
from allears_tools.firmware.check import choose_clips, compare, named_profile

_PROFILES = ("gb", "rs", "gb+rs")
_CLIPS = 20
_WANTED_RAM_BYTES = 64 * 1024
_WANTED_ALWAYS_ON_BYTES = 32 * 1024


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """Wake words and commands of both languages, with pauses short and long."""
    pieces = []
    for language in ("en", "sr"):
        for place, clip in enumerate(demo_clips(language)):
            pieces += [read_audio(clip.path), quiet(0.2 if place % 3 else 2.5)]
    return np.concatenate(pieces)


@pytest.fixture
def reference_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KERNELS_OVERRIDE, REFERENCE_KERNELS)


@pytest.mark.parametrize("options", [{}, {"assume_wake": True}, {"wake_only": True}], ids=str)
@pytest.mark.parametrize("name", _PROFILES)
def test_events_equal_python_s(
    name: str, options: dict[str, bool], scene: np.ndarray, reference_kernels: None
) -> None:
    python = Listener(named_profile(name), **options)
    wanted = python.feed(scene) + python.finish()
    native = NativeListener(named_profile(name), **options)
    assert native.feed(scene) + native.finish() == wanted
    assert wanted, "a scene without any event compares nothing"


def test_chunk_sizes_do_not_matter(scene: np.ndarray) -> None:
    native = NativeListener(named_profile("gb"))
    whole = native.feed(scene) + native.finish()
    pieces = []
    for at in range(0, len(scene), 53):
        pieces += native.feed(scene[at : at + 53])
    assert pieces + native.finish() == whole


def test_a_finished_listener_starts_anew(scene: np.ndarray) -> None:
    native = NativeListener(named_profile("gb"))
    once = native.feed(scene) + native.finish()
    assert native.feed(scene) + native.finish() == once


@pytest.mark.parametrize("name", [*_PROFILES, "gb+rs+gb+rs"])
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

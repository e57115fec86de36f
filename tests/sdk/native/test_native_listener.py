"""The C runtime behind `Listener`: the same events, the same errors."""

from __future__ import annotations

import gc
from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [native]")

from allears import Listener, Profile
from allears.audio import read_audio
from allears.errors import LanguageError, MissingModelError, ProfileError
from allears.interpreter import KERNELS_OVERRIDE, REFERENCE_KERNELS
from allears.native.listener import NativeListener
from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.clip_audio import quiet


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """English wake words and commands with pauses."""
    parts = []
    for clip in demo_clips("en"):
        parts += [read_audio(clip.path), quiet(0.4)]
    return np.concatenate(parts)


@pytest.mark.parametrize("options", [{}, {"assume_wake": True}, {"wake_only": True}], ids=str)
def test_events_are_those_of_the_reference_kernels(
    options: dict[str, bool], scene: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KERNELS_OVERRIDE, REFERENCE_KERNELS)
    python = Listener("gb", **options)
    native = Listener("gb", interpreter="native", **options)
    wanted = python.feed(scene) + python.finish()
    assert wanted
    assert native.feed(scene) + native.finish() == wanted


def test_a_native_listener_is_a_listener() -> None:
    assert isinstance(Listener("gb", interpreter="native"), NativeListener)
    assert isinstance(Listener("gb", interpreter="native"), Listener)
    assert not isinstance(Listener("gb"), NativeListener)


def test_bytes_cut_anywhere_give_the_same_events(scene: np.ndarray) -> None:
    listener = Listener("gb", interpreter="native")
    whole = listener.feed(scene) + listener.finish()
    data, pieces = scene.tobytes(), []
    for at in range(0, len(data), 1001):
        pieces += listener.feed(data[at : at + 1001])
    assert pieces + listener.finish() == whole


def test_more_events_at_once_than_c_keeps(scene: np.ndarray) -> None:
    listener = Listener("gb", interpreter="native", assume_wake=True)
    once = listener.feed(scene) + listener.finish()
    thrice = listener.feed(np.concatenate([scene] * 3)) + listener.finish()
    assert len(thrice) > max(16, 2 * len(once))


def test_a_reset_forgets_the_stream(scene: np.ndarray) -> None:
    listener = Listener("gb", interpreter="native")
    once = listener.feed(scene) + listener.finish()
    listener.feed(scene.tobytes()[:77_777])
    listener.reset()
    assert listener.feed(scene) + listener.finish() == once


def test_one_language_of_several() -> None:
    profile = _bilingual()
    listener = Listener(profile, interpreter="native", language="sr", assume_wake=True)
    audio = np.concatenate([read_audio(clip.path) for clip in demo_clips("sr")])
    events = listener.feed(audio) + listener.finish()
    assert {event.language for event in events} == {"sr"}


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError, match="int16"):
        Listener("gb", interpreter="native").feed(np.zeros(160, np.float32))


def test_faults_are_told_as_by_the_python_listener(tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match="no language 'xx'"):
        Listener("gb", interpreter="native", language="xx", wake_only=True)
    (tmp_path / "ear.tflite").write_bytes((_models() / "ear.tflite").read_bytes())
    with pytest.raises(MissingModelError, match="no models"):
        Listener("gb", interpreter="native", models=tmp_path)


def test_more_languages_than_c_takes() -> None:
    profile = _bilingual()
    many = msgspec.structs.replace(profile, languages=profile.languages * 3)
    with pytest.raises(ProfileError, match="more languages than the native core takes"):
        Listener(many, interpreter="native")


def test_memory_is_given_back(scene: np.ndarray) -> None:
    def resident_bytes() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    listener = Listener("gb", interpreter="native")
    assert 0 < listener.always_on_bytes < listener.memory_bytes < 64 * 1024
    before = resident_bytes()
    for _ in range(300):
        Listener("gb", interpreter="native")
    gc.collect()
    assert resident_bytes() - before < 16 * 2**20


def _models() -> Path:
    from allears.locate import models_dir

    return models_dir()


def _bilingual() -> Profile:
    gb, rs = Profile.load("gb"), Profile.load("rs")
    return msgspec.structs.replace(gb, languages=gb.languages + rs.languages)

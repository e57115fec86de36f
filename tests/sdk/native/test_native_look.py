"""What both runtimes tell of themselves while they hear the same."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [native]")

from allears import Listener, Profile
from allears.interpreter import KERNELS_OVERRIDE, REFERENCE_KERNELS
from allears_tools.demo.hearing import scene_audio
from allears_tools.demo.scenes import synthetic_section


def test_python_and_c_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KERNELS_OVERRIDE, REFERENCE_KERNELS)
    audio, _ = scene_audio(synthetic_section(Profile.load("gb").languages[0]).scenes[0])
    python, native = Listener("gb"), Listener("gb", interpreter="native")
    seen = []
    for part in np.array_split(audio, 40):
        python.feed(part)
        native.feed(part)
        ours, theirs = python.look(), native.look()
        assert ours[1:] == theirs[1:]
        # C tells whole 256ths.
        assert 0 <= ours.wake_score - theirs.wake_score < 1 / 256
        seen.append(ours)
    assert max(view.wake_score for view in seen) > 0.5
    assert {view.had_speech for view in seen} == {view.is_listening for view in seen} == {0, 1}
    python.reset()
    native.reset()
    assert python.look() == native.look() == (0.0, False, False)

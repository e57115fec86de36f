"""Verifiers: C decides as Python does, whether they accept, refuse or turn the order of words."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="verifiers are made with the extra [train]")

from allears.audio import read_audio
from allears.contract import VERIFIED_MS
from allears.errors import DataFileError, ModelError
from allears.events import Event, Wake
from allears.interpreter import KERNELS_OVERRIDE, REFERENCE_KERNELS
from allears.native.listener import NativeListener
from allears.pipeline import Listener
from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.clip_audio import quiet
from allears_tools.firmware.check import named_profile
from allears_tools.firmware.library import build

from tests.verifiers import add_verifier, change_verifier, models_without_verifiers

_BOARD = "mps2-an386"


@pytest.fixture(autouse=True)
def reference_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KERNELS_OVERRIDE, REFERENCE_KERNELS)


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """Begins with a wake word, before there are VERIFIED_MS to hear, and has more of them."""
    clips = [*demo_clips("en"), *demo_clips("sr")]
    clips.sort(key=lambda clip: clip.text not in ("computer", "zdravo kućo"))
    parts = [part for clip in clips[:12] for part in (read_audio(clip.path), quiet(0.4))]
    loud = np.flatnonzero(np.abs(parts[0].astype(np.int32)) > 300)
    return np.concatenate([parts[0][loud[0] :], *parts[1:]])


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return models_without_verifiers(tmp_path / "models", "en", "sr")


def heard(listener: Listener, scene: np.ndarray, chunk: int | None = None) -> list[Event]:
    events = []
    for at in range(0, len(scene), chunk or len(scene)):
        events += listener.feed(scene[at : at + (chunk or len(scene))])
    return events + listener.finish()


def both(name: str, models: Path, scene: np.ndarray, **options: bool) -> list[Event]:
    """What Python hears, after C was found to hear the same."""
    python = Listener(named_profile(name), models=models, **options)
    native = NativeListener(named_profile(name), models=models, **options)
    events = heard(python, scene)
    assert heard(native, scene) == events
    assert heard(native, scene, chunk=997) == events
    return events


def wakes(events: list[Event]) -> list[Wake]:
    return [event for event in events if isinstance(event, Wake)]


@pytest.mark.parametrize("options", [{}, {"wake_only": True}, {"assume_wake": True}], ids=str)
@pytest.mark.parametrize("name", ["gb", "gb+rs"])
def test_events_are_python_s(
    name: str, options: dict[str, bool], models: Path, scene: np.ndarray
) -> None:
    add_verifier(models, "en")
    events = both(name, models, scene, **options)
    assert events
    if "assume_wake" not in options:
        assert wakes(events)[0].time_s < VERIFIED_MS / 1000


def test_what_is_refused(models: Path, scene: np.ndarray) -> None:
    """A wake model that fires at almost anything, and a verifier that takes ever less of it."""
    add_verifier(models, "en", candidate_cutoff=0.01)
    accepted = wakes(both("gb", models, scene, wake_only=True))
    scores = sorted(wake.score for wake in accepted)
    middle = scores[len(scores) // 2]
    assert len(scores) > 4 and scores[0] < middle
    change_verifier(models, "en", probability_cutoff=middle)
    fewer = wakes(both("gb", models, scene, wake_only=True))
    assert 0 < len(fewer) < len(accepted) and min(wake.score for wake in fewer) > middle
    change_verifier(models, "en", probability_cutoff=0.999)
    assert not both("gb", models, scene)


@pytest.mark.parametrize("window", [3, 32])
def test_verifiers_that_contest(models: Path, scene: np.ndarray, window: int) -> None:
    """Both wake models fire at almost anything, so that the verifiers pick the language."""
    for seed, (market, language) in enumerate((("gb", "en"), ("rs", "sr"))):
        settings = {"candidate_cutoff": 0.01, "sliding_window_size": window}
        add_verifier(models, language, seed, **settings)
        alone = Listener(market, models=models, wake_only=True)
        scores = sorted(event.score for event in heard(alone, scene))
        # At its median, so that neither wins whatever is said.
        change_verifier(models, language, probability_cutoff=scores[len(scores) // 2])
    events = wakes(both("gb+rs", models, scene, wake_only=True))
    assert {event.language for event in events} == {"en", "sr"}
    assert both("gb+rs", models, scene)


def test_the_profile_s_threshold_is_the_verifier_s(models: Path, scene: np.ndarray) -> None:
    add_verifier(models, "en", probability_cutoff=0.999)
    profile = named_profile("gb")
    assert not wakes(heard(NativeListener(profile, models=models), scene))
    profile.languages[0].thresholds.wake = 0.1
    events = heard(NativeListener(profile, models=models), scene)
    assert wakes(events) and events == heard(Listener(profile, models=models), scene)


def test_one_wake_word_for_two_languages(models: Path, scene: np.ndarray) -> None:
    add_verifier(models, "en")
    profile = named_profile("gb+rs")
    profile.languages[1].wake_words = profile.languages[0].wake_words
    events = heard(NativeListener(profile, models=models), scene)
    assert wakes(events) and events == heard(Listener(profile, models=models), scene)


def test_memory_is_that_of_the_heads(models: Path) -> None:
    profile = named_profile("gb+rs")
    before = NativeListener(profile, models=models)
    add_verifier(models, "en")
    add_verifier(models, "sr")
    after = NativeListener(profile, models=models)
    assert after.memory_bytes == before.memory_bytes
    assert after.always_on_bytes == before.always_on_bytes


def test_heads_of_other_wake_words_lie_in_one_place(models: Path) -> None:
    profile = named_profile("gb+rs")
    one, apart = NativeListener("gb", models=models), NativeListener(profile, models=models)
    profile.languages[1].wake_words = profile.languages[0].wake_words
    together = NativeListener(profile, models=models)
    at_once = NativeListener(named_profile("gb+rs"), models=models, assume_wake=True)
    heads = [listener.memory_bytes - listener.always_on_bytes for listener in (one, apart)]
    windows = heads[1] - heads[0]
    assert 0 < windows < 256, "the second head needs but its window"
    for listener in (together, at_once):
        grown = listener.memory_bytes - listener.always_on_bytes - heads[1]
        assert grown > 1024, "side by side where both may listen"


def test_what_does_not_fit_is_refused(models: Path) -> None:
    for steps in (0, 33):
        add_verifier(models, "en", sliding_window_size=steps)
        with pytest.raises(DataFileError, match="sliding_window_size"):
            NativeListener("gb", models=models, wake_only=True)
    add_verifier(models, "en", ear_sha256=hashlib.sha256(b"another").hexdigest())
    with pytest.raises(ModelError, match="not trained on"):
        NativeListener("gb", models=models)
    add_verifier(models, "en")
    (models / "en/verifier.tflite").write_bytes((models / "en/commands.tflite").read_bytes())
    with pytest.raises(ModelError, match="wrong shape"):
        NativeListener("gb", models=models)


def test_events_out_of_a_pack(models: Path, scene: np.ndarray, tmp_path: Path) -> None:
    """What C reads from a pack: the rule's fields, and the section that they speak of."""
    pytest.importorskip("imgtool", reason="packs need the extra [flash]")
    from allears.link_contract import SECTION_VERIFIER
    from allears.profile import load_board
    from allears_tools.packing import build as packing
    from allears_tools.packing.forms import form_for
    from allears_tools.packing.sections import build_sections

    add_verifier(models, "en", probability_cutoff=0.3)
    form, linux = form_for(load_board(_BOARD))
    sections = build_sections(named_profile("gb"), _BOARD, "1.0.0", models, form, linux=linux)
    program, path = build() / "allears-posix", tmp_path / "gb.pack"

    def run() -> subprocess.CompletedProcess[bytes]:
        payload = packing.lay_out(sections, _BOARD, "gb", 1)
        path.write_bytes(packing.sign(payload, None, "1.0.0", 1))
        return subprocess.run(
            [program, path], input=scene.tobytes(), capture_output=True, timeout=120
        )

    told = [json.loads(line) for line in run().stdout.splitlines()]
    wanted = [event.to_dict() for event in heard(Listener("gb", models=models), scene)]
    assert any(event["event"] == "wake" for event in wanted)
    assert [event["time_s"] for event in told] == [event["time_s"] for event in wanted]
    assert [event["score"] for event in told] == pytest.approx(
        [event["score"] for event in wanted], abs=1e-6
    )
    # The rule counts on a verifier that is not there.
    sections = [section for section in sections if section.kind != SECTION_VERIFIER]
    assert run().returncode == 2

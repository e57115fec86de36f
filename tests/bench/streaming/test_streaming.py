"""The 20-minute test, on a track of one minute made of tones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from allears import Wake
from allears.errors import AllEarsError
from allears_tools.bench.streaming import track as tracks
from allears_tools.bench.streaming.material import Material, choose_material
from allears_tools.bench.streaming.score import score
from allears_tools.bench.streaming.track import Track, Word, make_track
from allears_tools.cli import run
from allears_tools.evaluate.labels import Clip

RATE_HZ = 16000


def _clip(folder: Path, name: str, kind: str, text: str = "", training: str = "test only") -> Clip:
    path = folder / f"{name}.wav"
    if not path.exists():
        pitch_hz = 200 + 40 * len(name)
        tone = 8000 * np.sin(2 * np.pi * pitch_hz * np.arange(RATE_HZ // 2) / RATE_HZ)
        soundfile.write(path, tone.astype(np.int16), RATE_HZ)
    facts = {"language": "en", "locale": "en", "licence": "", "source": "made", "duration_s": 0.5}
    return Clip(path.name, speaker="", kind=kind, text=text, training=training, audio=path, **facts)


@pytest.fixture
def clips(tmp_path: Path) -> list[Clip]:
    found = [_clip(tmp_path, f"wake{i}", "wake", "Computer") for i in range(6)]
    found += [_clip(tmp_path, f"talk_{i}", "sentence", "good morning") for i in range(3)]
    found += [_clip(tmp_path, "music___", "music"), _clip(tmp_path, "hum", "noise")]
    return found


@pytest.fixture
def material(clips: list[Clip], monkeypatch: pytest.MonkeyPatch) -> Material:
    """And a minute instead of twenty."""
    monkeypatch.setattr(tracks, "LENGTH_S", 60)
    for name in ("QUIET_TALK", "MUSIC", "TALK", "WORDS"):
        span = getattr(tracks, f"_MLPERF_{name}_S")
        monkeypatch.setattr(tracks, f"_MLPERF_{name}_S", (span[0] / 20, span[1] / 20))
    monkeypatch.setattr(tracks, "_SPEECH_WORDS_S", (5.0, 55.0))
    return choose_material(clips, ["computer"])


def test_what_trains_or_says_the_word_is_left_out(clips: list[Clip], tmp_path: Path) -> None:
    said = _clip(tmp_path, "said", "sentence", "my computer is slow")
    trains = [_clip(tmp_path, f"t{i}", "wake", "computer", training="yes") for i in range(40)]
    found = choose_material([*clips, said, *trains], ["computer"])
    assert said not in found.talk
    assert 6 < len(found.wakes) < 46, "of those that may train, 30 % are for testing"
    assert (len(found.talk), len(found.music), len(found.noise)) == (3, 1, 1)


@pytest.mark.parametrize("kind", ["wake", "sentence"])
def test_without_words_or_talk_there_is_no_track(kind: str, clips: list[Clip]) -> None:
    with pytest.raises(AllEarsError, match="kept apart for testing"):
        choose_material([clip for clip in clips if clip.kind != kind], ["computer"])


@pytest.mark.parametrize("layout", tracks.LAYOUTS)
def test_a_seed_gives_the_same_track(layout: str, material: Material) -> None:
    once, again = (make_track(material, layout, seed=3, words=5) for _ in range(2))
    assert np.array_equal(once.samples, again.samples) and once.words == again.words
    assert not np.array_equal(once.samples, make_track(material, layout, 4, words=5).samples)
    assert len(once.samples) == 60 * RATE_HZ and once.samples.dtype == np.int16
    ends_s = [word.end_s for word in once.words]
    starts_s = [word.start_s for word in once.words]
    assert all(start > end + 2.9 for end, start in zip(ends_s, starts_s[1:], strict=False))


def test_nobody_talks_around_a_word(material: Material) -> None:
    made = make_track(material, "speech", seed=1, words=5)
    for word in made.words:
        for second in (word.start_s - 0.2, word.end_s + 0.2):
            at = round(second * RATE_HZ)
            assert np.abs(made.samples[at - 1000 : at + 1000]).max() <= 2
    peak = tracks.WORD_PEAKS[1] * 32767
    assert np.abs(made.samples.astype(int)).max() <= peak + 2


def test_the_second_half_of_mlperf_s_layout_has_no_word(material: Material) -> None:
    made = make_track(material, "mlperf", seed=1, words=5)
    assert all(word.end_s < 30 for word in made.words)
    assert np.abs(made.samples[31 * RATE_HZ :]).mean() > 1000


def test_too_few_words_or_no_music_are_told(material: Material) -> None:
    with pytest.raises(AllEarsError, match="6 recordings of the wake word, not 50"):
        make_track(material, "speech", seed=1)
    material.music.clear()
    with pytest.raises(AllEarsError, match="no music"):
        make_track(material, "mlperf", seed=1, words=2)


def _score(clips: list[Clip], *heard_s: float) -> dict[str, Any]:
    words = [Word(10.0, 10.8, clips[0]), Word(20.0, 20.8, clips[1])]
    events = [Wake(second, 0.9, "en", "computer") for second in heard_s]
    return score(Track(np.zeros(16, np.int16), words), events)


@pytest.mark.parametrize(
    ("heard_s", "misses", "false_alarms", "repeated"),
    [
        ((), 2, 0, 0),
        ((10.5, 21.8), 0, 0, 0),
        ((10.5, 11.2), 1, 0, 1),
        ((9.9, 21.9), 2, 2, 0),
        ((10.5, 15.0, 20.4), 0, 1, 0),
    ],
)
def test_alarms_are_counted(
    heard_s: tuple[float, ...], misses: int, false_alarms: int, repeated: int, clips: list[Clip]
) -> None:
    found = _score(clips, *heard_s)
    assert (found["misses"], found["false_alarms"], found["repeated"]) == (
        misses,
        false_alarms,
        repeated,
    )
    assert found["own_bar_met"] == (false_alarms <= 1)


def test_the_command_refuses_bad_input(tmp_path: Path) -> None:
    command = ["bench", "streaming", "--recordings", str(tmp_path / "none.tsv")]
    assert run(command) == 2
    assert run([*command, "--layout", "opera"]) == 2

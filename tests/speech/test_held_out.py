"""Held-out clips as a labels file."""

from __future__ import annotations

from pathlib import Path

import pytest
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.speech import SpeechCache, synthesise
from allears_tools.speech.errors import SpeechError
from allears_tools.speech.held_out import export_held_out
from allears_tools.speech.request import ClipRequest, Job

pytest.importorskip("espeakng_loader", reason="the clips are espeak-ng's")


def job(text: str, split: str, role: str = "command") -> Job:
    request = ClipRequest(engine="espeak", voice="Annie", accent="sr", language="sr", text=text)
    return Job(request=request, role=role, label="digit_2", split=split)


def test_held_out_clips_can_be_evaluated(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path / "cache")
    synthesise([job("dva.", "held_out"), job("tri", "train")], cache)
    clips = read_labels(export_held_out(cache, "sr", tmp_path / "out"))
    assert [c.text for c in clips] == ["dva"]
    assert clips[0].source == "synthetic-espeak"
    assert clips[0].audio.is_file() and is_test(clips[0])


def test_no_held_out_clips_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="--held-out"):
        export_held_out(SpeechCache(tmp_path), "sr", tmp_path / "out")

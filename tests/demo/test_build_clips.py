"""The builder of the demo's clips, with an engine that hums."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from allears.audio import read_audio
from allears_tools.demo import build_clips, scenes


@pytest.fixture
def clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the clips, and a cache with nothing in it."""
    folder = Path(shutil.copytree(scenes._CLIPS_DIR, tmp_path / "clips"))
    monkeypatch.setattr(scenes, "_CLIPS_DIR", folder)
    monkeypatch.setattr(build_clips, "CLIPS_DIR", folder)
    monkeypatch.setenv("ALLEARS_CACHE", str(tmp_path / "cache"))
    return folder


def _speaking(monkeypatch: pytest.MonkeyPatch, most: int) -> list[str]:
    """Let the engine say at most so many clips; gives what it says."""
    said: list[str] = []

    def speak(request) -> np.ndarray:
        said.append(request.text)
        if len(said) > most:
            raise KeyboardInterrupt
        return (3000 * np.sin(np.arange(8000) / 10)).astype(np.int16)

    monkeypatch.setattr(
        build_clips, "engine", lambda name: SimpleNamespace(version=f"{name}/1", speak=speak)
    )
    return said


def test_a_language_is_made_anew_and_others_stay(
    clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _speaking(monkeypatch, 99)
    others = [clip for clip in scenes.demo_clips() if clip.language != "sr"]
    build_clips.build(["sr"])
    made = scenes.demo_clips("sr")
    assert [clip.text for clip in made] == said
    assert made[0].text == "zdravo kućo" and made[0].engine == "kokoro"
    assert all(len(read_audio(clip.path)) == 8000 for clip in made)
    assert [clip for clip in scenes.demo_clips() if clip.language != "sr"] == others
    listed = {clip.file for clip in scenes.demo_clips()} | {"clips.yaml"}
    assert listed == {path.name for path in clips.iterdir()}


def test_an_interruption_leaves_what_was_there(
    clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _speaking(monkeypatch, 3)
    before = {path.name: path.read_bytes() for path in clips.iterdir()}
    with pytest.raises(KeyboardInterrupt):
        build_clips.build(["sr", "de"])
    assert {path.name: path.read_bytes() for path in clips.iterdir()} == before

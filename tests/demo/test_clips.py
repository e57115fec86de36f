"""The synthetic clips in the repository and their provenance."""

from __future__ import annotations

import hashlib

import pytest
from allears.audio import read_audio
from allears_tools.demo.scenes import demo_clips, synthetic_section
from allears_tools.seeds import load_language


@pytest.mark.parametrize("language", ["en", "sr"])
def test_clips_are_as_their_provenance_says(language: str) -> None:
    clips = demo_clips(language)
    held_out = {(v.engine, v.voice) for v in load_language(language).voices.held_out}
    assert clips
    for clip in clips:
        assert hashlib.sha256(clip.path.read_bytes()).hexdigest() == clip.sha256, clip.file
        assert (clip.engine, clip.voice) in held_out, clip.file
        assert 0.3 < len(read_audio(clip.path)) / 16000 < 6, clip.file


def test_no_clip_lies_there_without_provenance() -> None:
    listed = {clip.path for language in ("en", "sr") for clip in demo_clips(language)}
    assert listed == set(next(iter(listed)).parent.glob("*.flac"))


@pytest.mark.parametrize("language", ["en", "sr"])
def test_a_section_has_commands_and_phrases_that_must_not_fire(language: str) -> None:
    scenes = synthetic_section(language).scenes
    assert len([scene for scene in scenes if scene.command]) >= 10
    assert len([scene for scene in scenes if scene.command is None]) == 2
    assert all(scene.wake.is_file() and scene.audio.is_file() for scene in scenes)

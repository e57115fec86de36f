"""The synthetic clips in the repository and their provenance."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from allears import Profile
from allears.audio import read_audio
from allears.profile import profile_codes
from allears_tools.demo.errors import ClipsMissing
from allears_tools.demo.scenes import demo_clips, synthetic_section
from allears_tools.seeds import load_language

LANGUAGES = sorted({clip.language for clip in demo_clips()})


def entry_of(language: str):
    """A language as the first profile with it has it."""
    entries = [entry for code in profile_codes() for entry in Profile.load(code).languages]
    return next((entry for entry in entries if entry.language == language), None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_clips_are_as_their_provenance_says(language: str) -> None:
    clips = demo_clips(language)
    held_out = {(v.engine, v.voice) for v in load_language(language).voices.held_out}
    assert clips
    for clip in clips:
        assert hashlib.sha256(clip.path.read_bytes()).hexdigest() == clip.sha256, clip.file
        assert (clip.engine, clip.voice) in held_out, clip.file
        assert 0.2 < len(read_audio(clip.path)) / 16000 < 8, clip.file


def test_no_clip_lies_there_without_provenance() -> None:
    listed = {clip.path for clip in demo_clips()}
    folder = next(iter(listed)).parent
    assert listed == {path for path in folder.iterdir() if path.suffix in (".flac", ".ogg")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_has_commands_and_phrases_that_must_not_fire(language: str) -> None:
    entry = entry_of(language)
    if entry is None:
        pytest.skip(f"no profile has the language {language}")
    scenes = synthetic_section(entry).scenes
    assert len([scene for scene in scenes if scene.command]) >= 10
    assert len([scene for scene in scenes if scene.command is None]) == 2
    assert all(scene.wake.is_file() and scene.audio.is_file() for scene in scenes)


def test_a_wake_word_that_no_clip_says() -> None:
    entry = msgspec.structs.replace(Profile.load("gb").languages[0], wake_words=["alexandria"])
    with pytest.raises(ClipsMissing, match="'alexandria'"):
        synthetic_section(entry)

"""Which models a profile's languages use, and what is said where one is missing."""

from __future__ import annotations

import shutil

import msgspec
import pytest
from allears import Listener, Profile
from allears.errors import MissingModelError, ProfileError
from allears.languages import load_languages, missing_models
from allears.locate import models_dir


def profile(**wake_words):
    """A profile with some languages, told by their wake words."""
    (entry,) = Profile.load("gb").languages
    languages = [
        msgspec.structs.replace(entry, language=code, wake_words=words)
        for code, words in wake_words.items()
    ]
    return msgspec.structs.replace(Profile.load("gb"), country="xx", languages=languages)


BILINGUAL = {"en": ["computer"], "sr": ["zdravo kućo", "здраво кућо"]}


@pytest.fixture
def models(tmp_path):
    """A copy of the models, for a test to take some away."""
    return shutil.copytree(
        models_dir(), tmp_path / "models", ignore=lambda folder, names: {"card.yaml"} & {*names}
    )


def test_each_language_has_its_own_wake_word():
    found = load_languages(profile(**BILINGUAL), models_dir(), None, wake=True, commands=True)
    assert [(language.code, language.wake_word) for language in found] == [
        ("en", "computer"),
        ("sr", "zdravo kućo"),
    ]
    assert all(language.wake and language.head for language in found)


def test_languages_with_one_wake_word_share_its_model():
    shared = profile(en=["computer"], sr=["computer"])
    first, second = load_languages(shared, models_dir(), None, wake=True, commands=True)
    assert first.wake and second.wake is None
    assert first.wake_word == second.wake_word == "computer"
    assert [head.language for head in (first.head, second.head)] == ["en", "sr"]
    # Alone it has the shared model too.
    (alone,) = load_languages(shared, models_dir(), "sr", wake=True, commands=True)
    assert alone.wake


def test_a_profile_without_models_loads_but_cannot_be_listened_to():
    unborn = profile(en=["computer"], tlh=["nuqneH"])
    with pytest.raises(MissingModelError, match="no models for the language 'tlh'") as caught:
        Listener(unborn)
    assert "allears train --language tlh" in caught.value.remedy
    assert Listener(unborn, language="en").feed(b"") == []
    missing = missing_models(unborn, unborn.languages[1], models_dir())
    assert [f"{path.parent.name}/{path.name}" for path in missing] == [
        "tlh/wake.json",
        "tlh/wake.tflite",
        "tlh/commands.json",
        "tlh/commands.tflite",
    ]


@pytest.mark.parametrize("file", ["wake.json", "wake.tflite", "commands.json", "commands.tflite"])
def test_the_missing_model_is_named(models, file):
    (models / "sr" / file).unlink()
    with pytest.raises(MissingModelError, match=rf"'sr' lacks \S+{file}") as caught:
        Listener(profile(**BILINGUAL), models=models)
    assert str(models / "sr" / file) in caught.value.what
    # What is not needed is not missed.
    if file.startswith("wake"):
        Listener(profile(**BILINGUAL), models=models, assume_wake=True)
        Listener(profile(en=["computer"], sr=["computer"]), models=models)
    else:
        Listener(profile(**BILINGUAL), models=models, wake_only=True)


def test_a_wake_word_that_no_model_hears():
    with pytest.raises(ProfileError, match="'alexandria'"):
        Listener(profile(en=["alexandria"]))

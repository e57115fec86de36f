"""Which models a profile's languages use, and what is said where one is missing."""

from __future__ import annotations

import hashlib
import json
import shutil

import msgspec
import pytest
from allears import Listener, Profile
from allears.errors import MissingModelError, ModelError, ProfileError
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


@pytest.fixture
def verified(models):
    """Says what stands in the manifest of English's verifier, in a folder where it has one."""
    (models / "en" / "verifier.tflite").write_bytes(b"not read")

    def write(**settings):
        manifest = {
            "version": 1,
            "wake_word": "computer",
            "candidate_cutoff": 0.25,
            "probability_cutoff": 0.75,
            "sliding_window_size": 6,
            "ear_sha256": hashlib.sha256((models / "ear.tflite").read_bytes()).hexdigest(),
        }
        text = json.dumps({**manifest, **settings})
        (models / "en" / "verifier.json").write_text(text, encoding="utf-8")
        return models

    return write


@pytest.mark.parametrize("given", [None, 0.6])
def test_the_verifier_decides_where_there_is_one(verified, monkeypatch, given):
    """The wake model only finds candidates, and the profile's threshold is the verifier's."""
    asked = {}
    monkeypatch.setattr(
        "allears.languages.load_detector", lambda path, cutoff: asked.setdefault("wake", cutoff)
    )
    monkeypatch.setattr(
        "allears.languages.load_verifier",
        lambda folder, manifest, cutoff: asked.setdefault(folder.name, (manifest, cutoff)),
    )
    english = profile(en=["computer"])
    english.languages[0].thresholds.wake = given
    (found,) = load_languages(english, verified(), None, wake=True, commands=False)
    manifest, cutoff = asked["en"]
    assert (asked["wake"], cutoff, manifest.probability_cutoff) == (0.25, given, 0.75)
    assert found.verifier == (manifest, cutoff)


def test_languages_with_one_wake_word_share_its_verifier(verified, monkeypatch):
    monkeypatch.setattr("allears.languages.load_verifier", lambda *_: "verifier")
    shared = profile(en=["computer"], sr=["computer"])
    languages = load_languages(shared, verified(), None, wake=True, commands=True)
    assert [language.verifier for language in languages] == ["verifier", None]
    # Nothing waits for a wake word here.
    languages = load_languages(shared, verified(), None, wake=False, commands=True)
    assert [language.verifier for language in languages] == [None, None]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"wake_word": "umbrella"}, "the verifier beside it 'umbrella'"),
        ({"ear_sha256": "0" * 64}, "verifier of 'computer' was not trained on"),
        ({"version": 2}, "is of version 2"),
    ],
)
def test_a_verifier_of_something_else_is_told(verified, settings, told):
    with pytest.raises(ModelError, match=told):
        Listener(profile(en=["computer"]), models=verified(**settings))
    # Nobody asks it.
    Listener(profile(en=["computer"]), models=verified(**settings), assume_wake=True)


def test_a_verifier_of_another_shape_is_told(verified):
    folder = verified() / "en"
    shutil.copy(folder / "wake.tflite", folder / "verifier.tflite")
    with pytest.raises(ModelError, match="a verifier maps"):
        Listener(profile(en=["computer"]), models=folder.parent)
    (folder / "verifier.tflite").unlink()
    with pytest.raises(ModelError, match=r"verifier\.tflite"):
        Listener(profile(en=["computer"]), models=folder.parent)

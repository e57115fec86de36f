"""The models a profile needs, loaded and checked against it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from allears.commands import CommandHead, load_head
from allears.errors import LanguageError, MissingModelError, ModelError, ProfileError
from allears.profile import Profile, ProfileLanguage
from allears.verifier import (
    Verifier,
    VerifierManifest,
    load_verifier,
    load_verifier_manifest,
)
from allears.wake import WakeDetector, load_detector, load_manifest

_WAKE_FILES = ("wake.json", "wake.tflite")
_COMMAND_FILES = ("commands.json", "commands.tflite")


class Language(NamedTuple):
    """One language of a listener.

    ``wake`` is absent where no wake word is waited for, and in a language that shares the wake word
    of one before it. Where there is a ``verifier``, ``wake`` only finds the candidates.
    """

    code: str
    wake_word: str
    wake: WakeDetector | None
    head: CommandHead | None
    verifier: Verifier | None = None


def available_languages(models: Path) -> list[str]:
    """Return the codes of the languages with models in the folder ``models``, sorted."""
    return sorted(path.parent.name for path in models.glob("*/commands.json"))


def missing_models(
    profile: Profile,
    entry: ProfileLanguage,
    models: Path,
    *,
    wake: bool = True,
    commands: bool = True,
) -> list[Path]:
    """Return the model files that a language of a profile lacks in the folder ``models``."""
    needed: list[Path] = []
    if wake:
        folder = wake_folder(profile, entry, models)
        needed += [folder / name for name in _WAKE_FILES]
    if commands:
        needed += [models / entry.language / name for name in _COMMAND_FILES]
    return [path for path in needed if not path.is_file()]


def load_languages(
    profile: Profile, models: Path, only: str | None, *, wake: bool, commands: bool
) -> list[Language]:
    """Load the models of the profile's languages, or of ``only`` one of them.

    Raises:
        LanguageError: ``only`` is not in the profile.
        MissingModelError: a language has no models, or not all.
        ProfileError: profile and models disagree.
    """
    loaded: list[Language] = []
    wake_words: dict[Path, str] = {}
    for entry in choose_entries(profile, only):
        require_models(profile, entry, models, wake=wake, commands=commands)
        detector, verifier, wake_word = None, None, entry.wake_words[0]
        if wake:
            folder = wake_folder(profile, entry, models)
            check_wake_word(profile, entry, folder / "wake.json")
            if folder in wake_words:
                wake_word = wake_words[folder]
            else:
                detector, verifier = _load_wake(entry, folder, models)
                wake_words[folder] = wake_word
        head = _load_head(profile, entry, models) if commands else None
        loaded.append(Language(entry.language, wake_word, detector, head, verifier))
    return loaded


def choose_entries(profile: Profile, only: str | None) -> list[ProfileLanguage]:
    """Return the languages of a profile, or ``only`` one of them.

    Raises:
        LanguageError: ``only`` is not in the profile.
    """
    entries = [entry for entry in profile.languages if only in (None, entry.language)]
    if not entries:
        offered = ", ".join(entry.language for entry in profile.languages)
        raise LanguageError(
            f"The profile {profile.country} has no language {only!r}.",
            "a misspelt language code, or the wrong profile",
            f"Use one of: {offered}; or another profile.",
        )
    return entries


def wake_folder(profile: Profile, entry: ProfileLanguage, models: Path) -> Path:
    """Return whose wake model a language uses: the first in the profile that hears its wake word.

    So languages with one wake word share one model. The language's own, where none hears it.
    """
    for other in profile.languages:
        manifest = models / other.language / "wake.json"
        if manifest.is_file() and _hears(manifest, entry):
            return manifest.parent
    return models / entry.language


def _hears(manifest: Path, entry: ProfileLanguage) -> bool:
    spoken = load_manifest(manifest).wake_word.casefold()
    return spoken in (word.casefold() for word in entry.wake_words)


def require_models(
    profile: Profile, entry: ProfileLanguage, models: Path, *, wake: bool, commands: bool
) -> None:
    """Raise MissingModelError where a language of a profile lacks a model."""
    missing = missing_models(profile, entry, models, wake=wake, commands=commands)
    if not missing:
        return
    code = entry.language
    none = not (models / code).is_dir()
    names = ", ".join(str(path) for path in missing)
    raise MissingModelError(
        f"There are no models for the language {code!r} in {models}."
        if none
        else f"The language {code!r} lacks {names}.",
        "it has not been trained yet, or the installation is incomplete",
        f"Train it: allears train --language {code}. "
        f"Languages with models: {', '.join(available_languages(models))}.",
    )


def check_wake_word(profile: Profile, entry: ProfileLanguage, manifest: Path) -> None:
    """Raise ProfileError where a wake model hears another word than its language waits for."""
    if not _hears(manifest, entry):
        raise ProfileError(
            f"The profile {profile.country} waits for {entry.wake_words[0]!r}, "
            f"but {manifest} hears {load_manifest(manifest).wake_word!r}.",
            "profile and wake model do not belong together",
            "Change `wake_words` in the profile, or train that wake word.",
        )


def _load_wake(
    entry: ProfileLanguage, folder: Path, models: Path
) -> tuple[WakeDetector, Verifier | None]:
    """Load a wake model, and its verifier where it has one: then that decides, and the profile's
    threshold is the verifier's."""
    path, cutoff = folder / "wake.json", entry.thresholds.wake
    manifest = load_verifier_manifest(folder)
    if manifest is None:
        return load_detector(path, cutoff), None
    check_verifier(manifest, path, models)
    verifier = load_verifier(folder, manifest, cutoff)
    return load_detector(path, manifest.candidate_cutoff), verifier


def check_verifier(manifest: VerifierManifest, wake: Path, models: Path) -> None:
    """Check a verifier against the manifest of its wake model and the ear.

    Raises:
        ModelError: it listens for another word, or was trained on another ear.
    """
    word = load_manifest(wake).wake_word
    if manifest.wake_word != word:
        raise ModelError(
            f"{wake} hears {word!r}, the verifier beside it {manifest.wake_word!r}.",
            "one of them was replaced without the other",
            "Put both back from the same training, or delete the verifier's two files.",
        )
    _check_ear(f"The verifier of {word!r}", manifest.ear_sha256, models / "ear.tflite")


def _load_head(profile: Profile, entry: ProfileLanguage, models: Path) -> CommandHead:
    thresholds = entry.thresholds
    folder = models / entry.language
    head = load_head(folder, profile.commands, thresholds.command, thresholds.commands)
    check_head(profile, entry, models, head.ids, head.ear_sha256)
    return head


def check_head(
    profile: Profile, entry: ProfileLanguage, models: Path, ids: list[str], ear_sha256: str
) -> None:
    """Check a head against ear and profile.

    Args:
        ids: the head's commands.
        ear_sha256: the ear that it was trained on; empty where that is not known.

    Raises:
        ModelError: it was trained on another ear.
        ProfileError: the profile names commands that it does not know.
    """
    _check_ear(f"The head of {entry.language}", ear_sha256, models / "ear.tflite")
    unknown = {*profile.commands, *entry.thresholds.commands} - {*ids}
    if unknown:
        raise ProfileError(
            f"The profile {profile.country} names commands that {entry.language} does not "
            f"know: {', '.join(sorted(unknown))}.",
            "a misspelt command id",
            f"Known are: {', '.join(ids)}.",
        )


def _check_ear(what: str, ear_sha256: str, ear: Path) -> None:
    """A head understands only the ear that it was trained on."""
    if not ear_sha256 or not ear.is_file():
        return
    if hashlib.sha256(ear.read_bytes()).hexdigest() != ear_sha256:
        raise ModelError(
            f"{what} was not trained on {ear}.",
            "the ear was replaced after the language was trained, or is damaged",
            "Put both back from the same training, or train the language again.",
        )

"""The models a profile needs, loaded and checked against it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from allears.commands import CommandHead, load_head
from allears.errors import LanguageError, ModelError, ProfileError
from allears.profile import Profile, ProfileLanguage
from allears.wake import WakeDetector, load_detector, load_manifest


class Language(NamedTuple):
    """One language of a listener. ``wake`` is absent where no wake word is waited for."""

    code: str
    wake_word: str
    wake: WakeDetector | None
    head: CommandHead | None


def available_languages(models: Path) -> list[str]:
    """Return the codes of the languages with models in the folder ``models``, sorted."""
    return sorted(path.parent.name for path in models.glob("*/commands.json"))


def load_languages(
    profile: Profile, models: Path, only: str | None, *, wake: bool, commands: bool
) -> list[Language]:
    """Load the models of the profile's languages, or of ``only`` one of them.

    Raises:
        LanguageError: no models, or ``only`` is not in the profile.
        ProfileError: profile and models disagree.
    """
    entries = [entry for entry in profile.languages if only in (None, entry.language)]
    if not entries:
        offered = ", ".join(entry.language for entry in profile.languages)
        raise LanguageError(
            f"The profile {profile.country} has no language {only!r}.",
            "a misspelt language code, or the wrong profile",
            f"Use one of: {offered}; or another profile.",
        )
    return [_load_language(profile, entry, models, wake, commands) for entry in entries]


def _load_language(
    profile: Profile, entry: ProfileLanguage, models: Path, wake: bool, commands: bool
) -> Language:
    folder = models / entry.language
    if not folder.is_dir():
        raise LanguageError(
            f"There are no models for the language {entry.language!r} in {models}.",
            "it has not been trained yet",
            f"Use one of: {', '.join(available_languages(models))}; or train it.",
        )
    thresholds = entry.thresholds
    detector = head = None
    if wake:
        manifest = folder / "wake.json"
        spoken = load_manifest(manifest).wake_word
        if spoken.casefold() not in (word.casefold() for word in entry.wake_words):
            raise ProfileError(
                f"The profile {profile.country} waits for {entry.wake_words[0]!r}, "
                f"but {manifest} hears {spoken!r}.",
                "profile and wake model do not belong together",
                "Change `wake_words` in the profile, or train that wake word.",
            )
        detector = load_detector(manifest, thresholds.wake)
    if commands:
        head = load_head(folder, profile.commands, thresholds.command, thresholds.commands)
        _check_ear(head, models / "ear.tflite")
        unknown = {*profile.commands, *thresholds.commands} - {*head.ids}
        if unknown:
            raise ProfileError(
                f"The profile {profile.country} names commands that {entry.language} does not "
                f"know: {', '.join(sorted(unknown))}.",
                "a misspelt command id",
                f"Known are: {', '.join(head.ids)}.",
            )
    return Language(entry.language, entry.wake_words[0], detector, head)


def _check_ear(head: CommandHead, ear: Path) -> None:
    """A head understands only the ear that it was trained on."""
    if not head.ear_sha256 or not ear.is_file():
        return
    if hashlib.sha256(ear.read_bytes()).hexdigest() != head.ear_sha256:
        raise ModelError(
            f"The commands of {head.language} were not trained on {ear}.",
            "the ear was replaced after the language was trained, or is damaged",
            "Put both back from the same training, or train the language again.",
        )

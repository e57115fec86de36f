"""A listener with nothing of a market in it: a language's models as their manifests say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from allears import Listener
from allears.profile import NumberFormat, Profile, ProfileLanguage, Prompts, Units
from allears.wake import load_manifest


@dataclass(frozen=True)
class NeutralListener:
    """A `ListenerFactory` for the models of a folder.

    A device profile may offer fewer commands or move thresholds; a card's figures are the models'.
    """

    models: Path
    version: str = ""
    """Tells models apart that lay in the same folder one after the other: a worker keeps its
    listeners."""

    def __call__(self, profile: str, language: str, stage: str) -> Listener:
        """Build the listener of a stage; `profile` is passed over."""
        return Listener(
            neutral_profile(language, self.models),
            language=language,
            assume_wake=stage == "commands",
            wake_only=stage == "wake",
            models=self.models,
        )


def neutral_profile(language: str, models: Path) -> Profile:
    """A profile of one language, every command, and the models' own thresholds."""
    manifest = models / language / "wake.json"
    wake_word = load_manifest(manifest).wake_word if manifest.is_file() else language
    prompts = Prompts(ready="", listening="", not_understood="")
    return Profile(
        version=1,
        country="zz",
        name="no market",
        languages=[ProfileLanguage(language, [wake_word], prompts)],
        board="linux",
        units=Units("celsius", "litre", "kilometre"),
        number_format=NumberFormat(".", ""),
    )

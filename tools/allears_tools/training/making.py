"""One model of a language from the clips that are there: trained, written, put on the card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allears.verifier import VerifierManifest, load_verifier_manifest

from allears_tools.cards.putting import read_card
from allears_tools.seeds import LanguageSeed
from allears_tools.speech import SpeechCache
from allears_tools.training.card import file_sha256, plain, update_card, write_section
from allears_tools.training.float_stream import float_path, save_float
from allears_tools.training.verifier import (
    WINDOW_STEPS,
    VerifierRecipe,
    train_verifier,
    wake_word_of,
    write_manifest,
    write_verifier,
)
from allears_tools.training.verifier_cutoffs import (
    DEFAULT,
    TOLD_MARGIN,
    Cascade,
    Chosen,
    choose_cutoffs,
)
from allears_tools.training.wake import WakeRecipe, train_wake, write_wake
from allears_tools.training.wake_cutoff import (
    FALSE_PER_HOUR,
    KINDER,
    LOWEST,
    set_cutoff,
    speech_that_trains,
)

Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Place:
    """What training reads and where it writes."""

    models: Path
    """The ear lies here; a language's models go to a folder below."""
    work: Path
    """Intermediate arrays."""
    labels: Path | None = None
    """Recordings of people."""


def wake_recipe(streams: int | None = None, epochs: int | None = None) -> WakeRecipe:
    """The recipe of wake models, likewise."""
    return resized(WakeRecipe(), streams, epochs)


def resized(recipe: Any, streams: int | None, epochs: int | None) -> Any:
    if streams is not None:
        recipe.streams, recipe.development_streams = streams, max(8, streams // 10)
    if epochs is not None:
        recipe.classifier.epochs = epochs
    return recipe


def make_wake(language: str, place: Place, recipe: WakeRecipe, report: Report, jobs: int) -> Path:
    """Train the wake model."""
    network, manifest = train_wake(language, place.labels, recipe, place.work, report, jobs)
    folder = place.models / language
    write_wake(network, manifest, folder)
    model = folder / "wake.tflite"
    save_float(network, file_sha256(model), float_path(place.work, language, "wake"))
    write_section(folder, language, "wake", recipe, place.labels)
    return model


def make_cutoff(language: str, place: Place, report: Report) -> dict[str, Any]:
    """Set the wake model's cutoff on people's speech; needs recordings.

    Returns:
        what the card says of it.
    """
    assert place.labels is not None
    folder = place.models / language
    chosen = set_cutoff(folder, language, place.labels, report)
    told = {
        "value": chosen.cutoff,
        "rule": f"the lowest from {LOWEST} up that, counted {KINDER} below it, gives "
        f"{FALSE_PER_HOUR} false alarms an hour or fewer on people's speech that may train",
        "false_alarms": chosen.false_alarms,
        "hours": round(chosen.hours, 2),
    }
    # In the model's own section, which another training writes anew.
    card = folder / "card.yaml"
    update_card(card, wake={**read_card(card)["wake"], "cutoff": told})
    return told


def verifier_recipe(streams: int | None = None, epochs: int | None = None) -> VerifierRecipe:
    """The recipe of verifiers with streams of their own, likewise."""
    recipe = VerifierRecipe()
    if streams is not None:
        recipe.streams = recipe.wake.streams = streams
    if epochs is not None:
        recipe.classifier.epochs = epochs
    return recipe


def verifier_beside(wake: WakeRecipe, epochs: int | None = None) -> VerifierRecipe:
    """The recipe of a verifier on the streams that a wake model was trained on."""
    recipe = verifier_recipe(epochs=epochs)
    recipe.wake = wake
    return recipe


def make_verifier(
    language: str, place: Place, recipe: VerifierRecipe, report: Report, jobs: int
) -> Path:
    """Train the verifier of the wake model that is there, and set both cutoffs."""
    folder = place.models / language
    chosen = verify_wake(language, folder, place, recipe, report, jobs)
    ear = file_sha256(place.models / "ear.tflite")
    write_section(
        folder, language, "verifier", recipe, place.labels, ear_sha256=ear, cutoffs=plain(chosen)
    )
    return folder / "verifier.tflite"


def verify_wake(
    language: str,
    folder: Path,
    place: Place,
    recipe: VerifierRecipe,
    report: Report,
    jobs: int,
    seed: LanguageSeed | None = None,
    cache: SpeechCache | None = None,
) -> Chosen:
    """Train a verifier beside the wake model of a folder; `seed` and `cache` as of `train_wake`."""
    ear = place.models / "ear.tflite"
    network = train_verifier(
        language, ear, place.labels, recipe, place.work, report, jobs, seed, cache
    )
    word = wake_word_of(language, seed)
    manifest = VerifierManifest(1, word, *DEFAULT, WINDOW_STEPS, file_sha256(ear))
    write_verifier(network, manifest, folder)
    return set_verifier_cutoffs(language, folder, place, report, told=recipe.people > 0)


def set_verifier_cutoffs(
    language: str, folder: Path, place: Place, report: Report, told: bool
) -> Chosen:
    """Choose both cutoffs of the verifier in a folder and write them to its manifest.

    ``told`` says whether the verifier learnt that the people who choose do not say the word.
    """
    manifest = load_verifier_manifest(folder)
    assert manifest is not None
    if place.labels is None:
        return Chosen(*DEFAULT)
    speech = speech_that_trains(place.labels, language, manifest.wake_word)
    cascade = Cascade(folder, place.models / "ear.tflite")
    chosen = choose_cutoffs(cascade, speech, report, TOLD_MARGIN * told)
    manifest.candidate_cutoff = chosen.candidate_cutoff
    manifest.probability_cutoff = chosen.probability_cutoff
    write_manifest(manifest, folder)
    report(plain(chosen))
    return chosen


def make_verifier_cutoffs(language: str, place: Place, report: Report) -> Chosen:
    """Set the cutoffs of a language's verifier anew; for its card, too."""
    folder = place.models / language
    card = folder / "card.yaml"
    section = read_card(card)["verifier"]
    told = bool(section["recipe"].get("people"))
    chosen = set_verifier_cutoffs(language, folder, place, report, told)
    update_card(card, verifier={**section, "cutoffs": plain(chosen)})
    return chosen

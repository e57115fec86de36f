"""A language's command head: trained, written, put on the card, its threshold set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from allears.commands import HeadManifest
from allears.datafile import load_data

from allears_tools.cards.putting import read_card
from allears_tools.training.card import file_sha256, plain, update_card, write_section
from allears_tools.training.command_streams import CommandRecipe
from allears_tools.training.commands import train_commands
from allears_tools.training.float_stream import float_path, save_float
from allears_tools.training.head_export import write_head
from allears_tools.training.making import Place, Report, resized
from allears_tools.training.phrase_book import book_for
from allears_tools.training.threshold import (
    FALSE_SHARE,
    FALSE_WORD_SHARE,
    TAUGHT_MARGIN,
    set_threshold,
)


def command_recipe(
    streams: int | None = None, epochs: int | None = None, other_languages: int | None = None
) -> CommandRecipe:
    """The recipe of heads, with other numbers where they are given: of streams, of epochs, of
    clips of each other language among the negatives."""
    recipe: CommandRecipe = resized(CommandRecipe(), streams, epochs)
    if epochs is not None:
        recipe.teaching.epochs = epochs
    if other_languages is not None:
        recipe.other_languages = other_languages
    return recipe


def make_commands(
    language: str,
    place: Place,
    recipe: CommandRecipe,
    report: Report,
    jobs: int,
    earlier: Sequence[Path] = (),
) -> Path:
    """Train the head on the ear of the models folder; its threshold is provisional yet.

    ``earlier``: heads trained before, which teach it too; their hashes go to the card.
    """
    ear = place.models / "ear.tflite"
    taught_by = [file_sha256(path) for path in earlier]
    network, manifest = train_commands(
        language, ear, place.labels, recipe, place.work, report, jobs, earlier
    )
    folder = place.models / language
    write_head(network, manifest, folder)
    head = folder / "commands.tflite"
    save_float(network, file_sha256(head), float_path(place.work, language, "commands"))
    more: dict[str, Any] = {"ear_sha256": file_sha256(ear)}
    if taught_by:
        more["taught_by_sha256"] = taught_by
    if place.labels and _taught_by_phrases(plain(recipe)):
        more["phrases_sha256"] = file_sha256(book_for(place.work))
    write_section(folder, language, "commands", recipe, place.labels, **more)
    return head


def earlier_heads(folder: Path, ear: Path) -> list[Path]:
    """The command head in a language's folder, unless there is none or it is another ear's."""
    manifest = folder / "commands.json"
    if not manifest.is_file() or load_data(manifest, HeadManifest).ear_sha256 != file_sha256(ear):
        return []
    return [folder / "commands.tflite"]


def make_threshold(language: str, place: Place) -> float:
    """Set the head's threshold on people's speech."""
    card = place.models / language / "card.yaml"
    kinder = TAUGHT_MARGIN if _taught_on_people(read_card(card)["commands"]["recipe"]) else 0.0
    chosen = set_threshold(place.models, language, place.labels, kinder)
    rule = (
        f"the lowest at which {FALSE_SHARE:.0%} or fewer of the spoken-command clips that may "
        f"train give an event, and {FALSE_WORD_SHARE:.0%} or fewer of other languages' words"
    )
    if kinder:
        rule += f", and {kinder} more, since the head was taught on these people"
    told = rule if place.labels else "no recordings of people to set it on"
    update_card(card, threshold={"value": chosen, "rule": told})
    return chosen


def _taught_on_people(recipe: dict[str, Any]) -> bool:
    """Whether a head learnt from what others say of people's speech; as its card tells."""
    teaching = recipe.get("teaching") or {}
    return bool(teaching.get("teachers") and teaching.get("people"))


def _taught_by_phrases(recipe: dict[str, Any]) -> bool:
    """Whether a head learnt from what the phrase teacher heard; as its card tells."""
    teaching = recipe.get("teaching") or {}
    return bool(teaching.get("teachers") and teaching.get("phrase_share"))

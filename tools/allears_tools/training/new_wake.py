"""A wake word from its text alone: speech of it and of what sounds like it, a model, a manifest."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from allears.locate import models_dir
from rich.console import Console

from allears_tools.seeds import LanguageSeed, Phrasing, load_language
from allears_tools.speech import SpeechCache, synthesise
from allears_tools.speech.amounts import Amounts, Sizes
from allears_tools.speech.cache import cache_root
from allears_tools.speech.recipe import training_jobs
from allears_tools.speech.request import Job
from allears_tools.training.card import file_sha256, plain, recordings_used, today, update_card
from allears_tools.training.language import Wish
from allears_tools.training.making import Place, verifier_beside, verify_wake, wake_recipe
from allears_tools.training.neighbours import known_words, near_words
from allears_tools.training.wake import train_wake, write_wake
from allears_tools.training.whole import Ended, lines_to

_FILES = ("wake.json", "wake.tflite", "verifier.json", "verifier.tflite", "card.yaml")


@dataclass(frozen=True)
class WakeSizes:
    """How much speech a new wake word is trained on; the defaults take 45 minutes of two cores."""

    kokoro: int = 300
    """Kokoro clips of the word."""
    espeak: int = 400
    near_words: int = 40
    """Words of the language that sound like it."""
    near_kokoro: int = 5
    """Kokoro clips of each of them."""
    near_espeak: int = 20
    other_kokoro: int = 1
    """Kokoro clips of each command, confusable and sentence of the language."""
    other_espeak: int = 8
    streams: int | None = 6000
    epochs: int | None = 8

    @property
    def amounts(self) -> Sizes:
        """The same as the recipe of synthesis takes it."""
        near = Amounts(singles=self.near_kokoro, mixes=0, espeak=self.near_espeak)
        other = Amounts(singles=self.other_kokoro, mixes=0, espeak=self.other_espeak)
        voices = self.kokoro // 3
        wake = Amounts(singles=voices, mixes=self.kokoro - voices, espeak=self.espeak)
        none = Amounts(singles=0, mixes=0, espeak=0)
        phrases = {"wake": wake, "wake_carrier": none, "wake_confusable": near}
        return Sizes(
            phrases={**phrases, "command": other, "confusable": other, "filler": other},
            list_rounds=0,
        )


def seed_with(wake_word: str, language: LanguageSeed, sizes: WakeSizes) -> LanguageSeed:
    """The language's seed with another wake word and near misses chosen for it.

    Words of the language alone: pronunciations of the wake word that go wrong by a sound, as
    negatives, cost a seventh of the people who say it (docs/experiments.md 32).
    """
    near = near_words(wake_word, language, sizes.near_words, known_words(language))
    said = {text.casefold() for text in near} | {wake_word.casefold()}
    wake = msgspec.structs.replace(
        language.wake,
        text=wake_word,
        phrasings=[Phrasing(wake_word)],
        confusables=near,
        ipa=None,
    )
    return msgspec.structs.replace(
        language,
        wake=wake,
        confusables=[t for t in language.confusables if t.casefold() not in said],
        filler_sentences=[
            t for t in language.filler_sentences if wake_word.casefold() not in t.casefold()
        ],
    )


def speech_wanted(seed: LanguageSeed, sizes: WakeSizes) -> list[Job]:
    """Every clip that a new wake word is trained on."""
    engines = [e for e, n in (("kokoro", sizes.kokoro), ("espeak", sizes.espeak)) if n]
    return training_jobs(seed, 0, engines, sizes.amounts)


def file_stem(wake_word: str) -> str:
    """A wake word as the name of files: ASCII letters, digits and `_`."""
    folded = unicodedata.normalize("NFKD", wake_word).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", folded.casefold()).strip("_") or "wake"


def make_new_wake(wake_word: str, language: str, out: Path, wish: Wish, console: Console) -> Ended:
    """`allears train --wake`: sizes from the command line, the rest as `WakeSizes` has it."""
    given = {
        "kokoro": wish.kokoro,
        "espeak": wish.espeak,
        "streams": wish.streams,
        "epochs": wish.epochs,
    }
    sizes = WakeSizes(**{name: count for name, count in given.items() if count is not None})
    place = replace(wish.place, models=models_dir())
    summary = train_new_wake(
        wake_word, language, out, place, sizes, lines_to(console), wish.jobs, console
    )
    console.print(f"{summary['files'][0]}: '{wake_word}', cutoff {summary['cutoff']}")
    return Ended(summary)


def train_new_wake(
    wake_word: str,
    language: str,
    out: Path,
    place: Place,
    sizes: WakeSizes,
    report: Callable[[dict[str, Any]], None],
    jobs: int,
    console: Console | None = None,
) -> dict[str, Any]:
    """Train a wake word and write its model, manifest and card to a folder.

    Args:
        wake_word: as it is written in the language.
        language: a code of seeds/languages; its commands and sentences are the other speech.
        out: the folder; gets the wake model, its verifier, both manifests and `card.yaml`.
        place: where the ear lies and intermediate files go; its recordings of people are heard as
            other speech, but none in which the word is said.
        sizes: how much of everything.
        report: told how it goes on.
        jobs: processes.
        console: shows the synthesis' progress.

    Returns:
        files, near misses and sizes, as the summary tells them.
    """
    seed = seed_with(wake_word, load_language(language), sizes)
    report({"near misses": ", ".join(seed.wake.confusables[:8]) + ", …"})
    cache = SpeechCache(
        cache_root() / "wakes" / f"{language}-{file_stem(wake_word)}", also=[cache_root()]
    )
    wanted = speech_wanted(seed, sizes)
    made = synthesise(wanted, cache, processes=jobs, console=console)
    recipe = wake_recipe(sizes.streams, sizes.epochs)
    recipe.real_repeats = 0
    network, manifest = train_wake(
        language, place.labels, recipe, place.work, report, jobs, seed=seed, cache=cache
    )
    write_wake(network, manifest, out)
    beside = verifier_beside(recipe)
    # Whisper would hear people first, which a slow machine cannot do in the time there is.
    beside.people = 0
    cutoffs = verify_wake(language, out, place, beside, report, jobs, seed, cache)
    model, verifier = out / "wake.tflite", out / "verifier.tflite"
    update_card(
        out / "card.yaml",
        wake_word=wake_word,
        language=language,
        date=today(),
        sha256=file_sha256(model),
        bytes=model.stat().st_size,
        recipe=plain(recipe),
        verifier={
            "sha256": file_sha256(verifier),
            "bytes": verifier.stat().st_size,
            "ear_sha256": file_sha256(place.models / "ear.tflite"),
            "recipe": plain(beside.classifier),
            "cutoffs": plain(cutoffs),
        },
        sizes=plain(sizes),
        near_misses=seed.wake.confusables,
        recordings=recordings_used(place.labels),
        note="trained on synthetic speech of the word alone; not measured on people",
    )
    return {
        "wake_word": wake_word,
        "language": language,
        "clips_wanted": len(wanted),
        "clips_made": made,
        "cutoff": json.loads((out / "wake.json").read_text("utf-8"))["micro"]["probability_cutoff"],
        "files": [str(out / name) for name in _FILES],
    }

"""What a language's command head learns from: the recipe, and streams of its commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from allears_tools.seeds import load_commands
from allears_tools.speech import SpeechCache
from allears_tools.training.card import clips_sha256
from allears_tools.training.classifier import ClassifierRecipe, StreamSet
from allears_tools.training.embedding import STEP_S
from allears_tools.training.foreign import common_word_clips, foreign_clips
from allears_tools.training.kept_streams import Report, kept_streams
from allears_tools.training.material import Material, StreamPlan, synthetic
from allears_tools.training.people import real_commands, real_negatives
from allears_tools.training.streams import COMMAND_WINDOW, NONE, Utterance
from allears_tools.training.teaching import TeachingRecipe

NONE_CLASS = "none"


@dataclass
class CommandRecipe:
    """What decides a command head; goes to its card as it stands."""

    streams: int = 6000
    development_streams: int = 300
    clips_per_text: dict[str, int] = field(default_factory=lambda: {"kokoro": 200, "espeak": 160})
    negatives_per_text: dict[str, int] = field(default_factory=lambda: {"kokoro": 3, "espeak": 1})
    other_languages: int = 60
    """Clips of each other language's training speech among the negatives."""
    common_words: int = 1900
    """Clips of common words of the language among the negatives."""
    real_repeats: int = 8
    """How often a person's recording of a command counts against one synthetic clip."""
    snr_db: tuple[float, float] = (3.0, 35.0)
    background_share: float = 0.3
    noise_share: float = 0.15
    halves_share: float = 0.25
    """Of the near misses, those that are half a command (`varying.half_a_command`)."""
    longer: float = 2.2
    longer_share: float = 0.4
    shorter: float = 0.55
    cut_share: float = 0.3
    """How words' lengths vary, and how many are cut off (`material.StreamPlan`)."""
    floor_share: float = 0.6
    """Of the utterances, those with a recording's noise floor."""
    classifier: ClassifierRecipe = field(
        default_factory=lambda: ClassifierRecipe(
            epochs=10, batch=32, matrix_learning_rate=0.02, none_weight=0.5, quantised_epochs=2
        )
    )
    teaching: TeachingRecipe = field(default_factory=TeachingRecipe)
    seed: int = 3


def command_classes() -> list[str]:
    """The head's classes: "none", then the ids of seeds/commands.yaml in their order."""
    return [NONE_CLASS, *[command.id for command in load_commands()]]


def gather(
    language: str, cache: SpeechCache, labels: Path | None, recipe: CommandRecipe
) -> Material:
    """Commands as positives; confusables, fillers, wake words and people's speech against them."""
    number = {name: index for index, name in enumerate(command_classes())}
    against = {"confusable", "wake_confusable", "filler", "wake"}

    def label_of(entry: Any) -> int | None:
        if entry.role == "command":
            return number[entry.label]
        return NONE if entry.role in against else None

    def clips(limits: dict[str, int]) -> list[Utterance]:
        return synthetic(cache, language, label_of, np.random.default_rng(recipe.seed), limits)

    material = Material(
        [c for c in clips(recipe.clips_per_text) if c.label != NONE],
        [c for c in clips(recipe.negatives_per_text) if c.label == NONE],
    )
    own = {e.pronounced for e in cache.entries(language=language, role="command", split="train")}
    material.negatives += foreign_clips(
        cache, language, recipe.other_languages, np.random.default_rng(recipe.seed), own
    )
    material.negatives += common_word_clips(
        cache, language, recipe.common_words, np.random.default_rng(recipe.seed), own
    )
    if labels is not None:
        # Only running speech: single real words as negatives, where nearly all positives are
        # synthetic, teach that a real voice is no command (docs/experiments.md 4).
        people = real_negatives(labels, lambda clip: True)
        material.background = [u for u in people if u.background]
        said, other = real_commands(labels, language, number)
        material.positives += said * recipe.real_repeats
        material.negatives += other
    return material


def prepare_streams(
    language: str,
    labels: Path | None,
    recipe: CommandRecipe,
    work: Path,
    report: Report,
    jobs: int = 1,
) -> list[StreamSet]:
    """Training and development streams of a language, as features.

    They are kept in ``work``, so that a rerun starts from them.
    """
    cache = SpeechCache()
    clips, _ = clips_sha256(cache, language)
    sets = []
    for part, count in (("train", recipe.streams), ("development", recipe.development_streams)):
        plan = StreamPlan(
            count,
            STEP_S,
            COMMAND_WINDOW,
            snr_db=recipe.snr_db,
            background_share=recipe.background_share,
            noise_share=recipe.noise_share,
            halves_share=recipe.halves_share,
            longer=recipe.longer,
            longer_share=recipe.longer_share,
            shorter=recipe.shorter,
            cut_share=recipe.cut_share,
            floor_share=recipe.floor_share,
            seed=recipe.seed + (part == "development") * 1000,
        )
        made_of = [
            recipe.clips_per_text,
            recipe.negatives_per_text,
            recipe.other_languages,
            recipe.common_words,
            recipe.real_repeats,
            language,
            clips,
        ]
        name = f"{language}-commands-{part}"
        material = partial(gather, language, cache, labels, recipe)
        sets.append(kept_streams(name, plan, made_of, material, labels, work, report, jobs))
    return sets

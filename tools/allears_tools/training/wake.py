"""Trains a language's wake model, with microWakeWord's interface and manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.seeds import LanguageSeed, load_language
from allears_tools.speech import SpeechCache
from allears_tools.training.card import clips_sha256
from allears_tools.training.classifier import (
    ClassifierRecipe,
    StreamSet,
    train_classifier,
    wake_layers,
)
from allears_tools.training.cutoff import SLIDING_WINDOW, STEP_S, choose_cutoff
from allears_tools.training.ear import FEATURE_CHANNELS, FEATURE_RANGE
from allears_tools.training.export import export_stream
from allears_tools.training.features import clip_features
from allears_tools.training.foreign import foreign_clips
from allears_tools.training.kept_streams import kept_streams
from allears_tools.training.material import (
    Material,
    StreamPlan,
    load_clip,
    synthetic,
)
from allears_tools.training.network import StreamNetwork
from allears_tools.training.people import real_negatives
from allears_tools.training.streams import (
    NONE,
    SAMPLE_RATE_HZ,
    WAKE_WINDOW,
    Utterance,
    loudest_part,
)

STRIDE_FRAMES = 3
WAKE = 1
LONGEST_WAKE_S = 1.2
"""A longer "loudest part" of a recording is noise round the word, whose end is then unknown."""

Report = Callable[[dict[str, Any]], None]


@dataclass
class WakeRecipe:
    """What decides a wake model; goes to its card as it stands."""

    streams: int = 16000
    development_streams: int = 1500
    clips_per_text: dict[str, int] = field(default_factory=lambda: {"kokoro": 400, "espeak": 300})
    real_repeats: int = 4
    """How often a recording of a person counts against one synthetic clip; 0: from text alone."""
    other_languages: int = 150
    """Clips of each other language's training speech that are negatives too."""
    false_alarms_per_hour: float = 0.5
    classifier: ClassifierRecipe = field(
        default_factory=lambda: ClassifierRecipe(
            epochs=12,
            batch=32,
            matrix_learning_rate=0.02,
            none_weight=20.0,
            sharpness=3.0,
            dropout=0.0,
            change_features=True,
        )
    )
    seed: int = 1


def says_wake(seed: LanguageSeed, text: str) -> bool:
    """Whether a recording's text is one of the language's wake phrasings."""
    spoken = " ".join(text.casefold().split())
    return any(spoken == p.text.casefold() for p in seed.wake.phrasings)


def mentions_wake(seed: LanguageSeed, text: str) -> bool:
    """Whether one of the language's wake phrasings is part of a recording's text."""
    return any(p.text.casefold() in text.casefold() for p in seed.wake.phrasings)


def people_features(seed: LanguageSeed, labels: Path) -> list[NDArray[np.int8]]:
    """The wake word as people say it in recordings that train, half a second either side:
    int8 [frames, 40] each."""
    return [
        clip_features(np.pad(load_clip(clip.audio), SAMPLE_RATE_HZ // 2))
        for clip in read_labels(labels)
        if clip.language == seed.language and says_wake(seed, clip.text) and not is_test(clip)
    ]


def gather_wake(
    seed: LanguageSeed, cache: SpeechCache, labels: Path | None, recipe: WakeRecipe
) -> Material:
    """The wake word against near misses, commands, everyday sentences and other people."""
    language = seed.language

    def label_of(entry: Any) -> int | None:
        if entry.role == "wake":
            return WAKE
        return None if entry.role == "wake_carrier" else NONE

    clips = synthetic(
        cache,
        language,
        label_of,
        np.random.default_rng(recipe.seed),
        recipe.clips_per_text,
        seed=seed,
    )
    material = Material([c for c in clips if c.label], [c for c in clips if not c.label])
    material.negatives += foreign_clips(
        cache, language, recipe.other_languages, np.random.default_rng(recipe.seed)
    )
    if labels is None:
        return material

    heard = 0
    for clip in read_labels(labels):
        if clip.language == language and says_wake(seed, clip.text) and not is_test(clip):
            word = loudest_part(load_clip(clip.audio))
            if len(word) <= LONGEST_WAKE_S * SAMPLE_RATE_HZ:
                material.positives += [Utterance(word, WAKE)] * recipe.real_repeats
            heard += recipe.real_repeats > 0
    people = real_negatives(
        labels, lambda clip: not (clip.language == language and mentions_wake(seed, clip.text))
    )
    material.background = [u for u in people if u.background]
    if heard:
        # Single real words only where the wake word is real too: see docs/experiments.md 4.
        material.negatives += [u for u in people if not u.background]
    return material


def prepare_wake_streams(
    language: str,
    labels: Path | None,
    recipe: WakeRecipe,
    work: Path,
    report: Report,
    jobs: int = 1,
    seed: LanguageSeed | None = None,
    cache: SpeechCache | None = None,
) -> list[StreamSet]:
    """Training and development streams of a wake word, as features; args as of `train_wake`.

    They are kept in ``work``, so that a rerun starts from them.
    """
    seed = seed or load_language(language)
    cache = cache or SpeechCache()
    clips, _ = clips_sha256(cache, language)
    sets = []
    for part, count in (("train", recipe.streams), ("development", recipe.development_streams)):
        plan = StreamPlan(
            count,
            STEP_S,
            WAKE_WINDOW,
            positive_share=0.45,
            follow_share=0.5,
            empty_share=0.55 if part == "train" else 0.7,
            background_share=0.6,
            noise_share=0.2,
            as_it_comes=True,
            seed=recipe.seed + (part == "development") * 1000,
        )
        made_of = [
            recipe.clips_per_text,
            recipe.real_repeats,
            recipe.other_languages,
            seed.wake.text,
            clips,
        ]
        name = f"{language}-wake-{part}"
        material = partial(gather_wake, seed, cache, labels, recipe)
        sets.append(kept_streams(name, plan, made_of, material, labels, work, report, jobs))
    return sets


def train_wake(
    language: str,
    labels: Path | None,
    recipe: WakeRecipe,
    work: Path,
    report: Report,
    jobs: int = 1,
    seed: LanguageSeed | None = None,
    cache: SpeechCache | None = None,
) -> tuple[StreamNetwork, dict[str, Any]]:
    """Train a wake model; returns the network and its microWakeWord manifest.

    Args:
        language: a code of seeds/languages.
        labels: recordings of people, if any.
        recipe: sizes and classifier.
        work: folder of intermediate arrays.
        report: told how it goes on.
        jobs: processes that compose streams.
        seed: with another wake word than the language's own.
        cache: where that word's clips are.
    """
    seed = seed or load_language(language)
    training, development = prepare_wake_streams(
        language, labels, recipe, work, report, jobs, seed, cache
    )
    recipe.classifier.layers = recipe.classifier.layers or wake_layers()
    network = train_classifier(training, recipe.classifier, FEATURE_CHANNELS, FEATURE_RANGE, report)
    heard = people_features(seed, labels) if labels is not None and recipe.real_repeats else []
    cutoff, figures = choose_cutoff(network, development, recipe.false_alarms_per_hour, heard)
    report({"cutoff": cutoff, **figures})
    manifest = {
        "type": "micro",
        "wake_word": seed.wake.text,
        "author": "AllEars",
        "model": "wake.tflite",
        "trained_languages": [language],
        "version": 2,
        "micro": {
            "probability_cutoff": cutoff,
            "sliding_window_size": SLIDING_WINDOW,
            "feature_step_size": 10,
            "tensor_arena_size": 32000,
            "minimum_esphome_version": "2024.7.0",
        },
    }
    return network, manifest


def write_wake(network: StreamNetwork, manifest: dict[str, Any], folder: Path) -> None:
    """Write ``wake.tflite`` and ``wake.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    description = f"AllEars wake word {manifest['wake_word']}"
    (folder / "wake.tflite").write_bytes(export_stream(network, STRIDE_FRAMES, "wake", description))
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / "wake.json").write_text(text, encoding="utf-8")

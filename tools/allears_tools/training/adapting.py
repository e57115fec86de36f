"""A language's command head, adapted to a customer's own recordings."""

from __future__ import annotations

import csv
import hashlib
import math
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from allears.interpreter import Model
from allears.locate import models_dir
from rich.console import Console
from rich.table import Table

from allears_tools.evaluate.judging import Vocabulary, judge
from allears_tools.evaluate.labels import COLUMNS, Clip, read_labels
from allears_tools.evaluate.measure import measure
from allears_tools.evaluate.split import speaker_key
from allears_tools.seeds import load_language
from allears_tools.speech import SpeechCache
from allears_tools.training.card import file_sha256, today, update_card
from allears_tools.training.classifier import StreamSet
from allears_tools.training.command_streams import (
    CommandRecipe,
    command_classes,
    gather,
)
from allears_tools.training.embedding import STEP_S, as_floats, embed
from allears_tools.training.export import export_stream
from allears_tools.training.fine_tuning import AdaptationRecipe, fine_tune
from allears_tools.training.language import Wish
from allears_tools.training.material import (
    Material,
    StreamPlan,
    TrainingError,
    load_clip,
    make_streams,
)
from allears_tools.training.streams import COMMAND_WINDOW, NONE, SAMPLE_RATE_HZ, Utterance, trim
from allears_tools.training.whole import Ended, lines_to

Report = Callable[[dict[str, Any]], None]


def split_speakers(clips: Sequence[Clip], kept_share: float) -> tuple[list[Clip], list[Clip]]:
    """Share clips out to those that train and those that are kept apart, never by one speaker.

    Only clips whose labels permit it train. Whose do not, and everything else that the speakers
    kept apart say, is kept.

    Raises:
        TrainingError: fewer than two speakers may train.
    """
    allowed = {speaker_key(clip) for clip in clips if clip.trainable}
    ranked = sorted(allowed, key=lambda who: hashlib.sha256(who.encode()).hexdigest())
    if len(ranked) < 2:
        raise TrainingError(
            f"The recordings have {len(ranked)} speaker{'' if len(ranked) == 1 else 's'} who may "
            "train.",
            "the adapted head must be judged by people it never heard; the column `training` says "
            "yes for too few, or `speaker` is the same everywhere",
            "Record two people or more, and write who speaks into the column `speaker`.",
        )
    kept = set(ranked[: max(1, math.ceil(kept_share * len(ranked) - 1e-9))])
    training = {who for who in allowed if who not in kept}
    learnt = [c for c in clips if c.trainable and speaker_key(c) in training]
    return learnt, [c for c in clips if speaker_key(c) not in training]


def adapt(
    language: str,
    labels: Path,
    models: Path,
    out: Path,
    recipe: AdaptationRecipe,
    report: Report,
    jobs: int,
) -> dict[str, Any]:
    """Adapt a head, measure it before and after, and keep the better one.

    Args:
        language: a code of seeds/languages.
        labels: the customer's recordings.
        models: folder of the ear and the language's head.
        out: folder of models in which a better head is written.
        recipe: sizes of the training.
        report: told how it goes on.
        jobs: processes.

    Returns:
        `before` and `after` on the speakers kept apart, `kept` (whether the new head was written),
        counts of clips and speakers.

    Raises:
        TrainingError: there is nothing to learn or to judge by.
    """
    seed = load_language(language)
    clips = [clip for clip in read_labels(labels) if clip.language == language]
    learnt, apart = split_speakers(clips, recipe.kept_share)
    vocabulary = Vocabulary.of(seed)
    spoken = {clip.path: judge(clip, "commands", vocabulary) for clip in clips}
    for part, name in ((learnt, "may train"), (apart, "are kept apart")):
        if not any(spoken[clip.path].expected for clip in part):
            raise TrainingError(
                f"None of the {len(part)} recordings that {name} is a command.",
                f"no text is a phrasing of a command in seeds/languages/{language}.yaml",
                "Write what is said into the column `text`, word for word.",
            )
    report({"learnt from": len(learnt), "kept apart": len(apart)})
    ear = Model.load(models / "ear.tflite")
    old = (models / language / "commands.tflite").read_bytes()
    material = _material(language, learnt, spoken, recipe)
    plan = StreamPlan(recipe.streams, STEP_S, COMMAND_WINDOW, snr_db=(3.0, 35.0), seed=recipe.seed)
    features, wanted = make_streams(material, plan, None, jobs)
    data = StreamSet(embed(ear, features), wanted, as_floats(ear))
    network = fine_tune(old, data, recipe, report)
    new = export_stream(network, 1, "softmax", f"AllEars commands {language}, adapted")
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _write_labels(apart, folder / "labels.tsv")
        (folder / language).mkdir()
        shutil.copy(models / "ear.tflite", folder)
        shutil.copy(models / language / "commands.json", folder / language)
        figures = {}
        for name, content in (("before", old), ("after", new)):
            (folder / language / "commands.tflite").write_bytes(content)
            heard = measure(language, "commands", folder / "labels.tsv", folder, jobs=jobs)
            figures[name] = {key: heard[key] for key in _TOLD}
    better = net_right(figures["after"]) >= net_right(figures["before"])
    summary = {
        "language": language,
        "kept": better,
        **figures,
        "clips_learnt": len(learnt),
        "clips_apart": len(apart),
        "speakers_learnt": len({speaker_key(c) for c in learnt}),
        "speakers_apart": len({speaker_key(c) for c in apart}),
    }
    if better:
        _keep(new, models, out, language, summary, recipe)
    return summary


def adapt_to(folder: Path, language: str, wish: Wish, console: Console) -> Ended:
    """`allears train --recordings`: adapt, show before and after, fail where it got worse."""
    recipe = AdaptationRecipe()
    if wish.streams is not None:
        recipe = replace(recipe, streams=wish.streams)
    if wish.epochs is not None:
        recipe = replace(recipe, epochs=wish.epochs)
    summary = adapt(
        language,
        folder / "labels.tsv",
        models_dir(),
        wish.models,
        recipe,
        lines_to(console),
        wish.jobs,
    )
    table = Table("on people kept apart", "before", "after")
    table.add_row("commands right", *(_right(summary[name]) for name in ("before", "after")))
    table.add_row("false events", *(_false(summary[name]) for name in ("before", "after")))
    console.print(table)
    told = "the adapted head is kept" if summary["kept"] else "it got worse: the old head stays"
    console.print(f"{summary['speakers_apart']} speakers kept apart; {told}")
    return Ended(summary, failed=not summary["kept"])


def _right(figures: dict[str, Any]) -> str:
    low, high = figures["right_interval"]
    clips = figures["in_vocabulary_clips"]
    return f"{figures['right']} of {clips} ({low:.0%}–{high:.0%})"


def _false(figures: dict[str, Any]) -> str:
    return f"{figures['false_events']} in {figures['out_of_vocabulary_clips']} other clips"


_TOLD = (
    "right",
    "wrong",
    "none",
    "in_vocabulary_clips",
    "right_rate",
    "right_interval",
    "out_of_vocabulary_clips",
    "false_events",
    "false_clip_rate",
    "false_clip_interval",
)
"""Figures of an evaluation that are told before and after."""


def net_right(figures: dict[str, Any]) -> int:
    """Commands right less false events: what must not fall."""
    return int(figures["right"] - figures["false_events"])


def _material(
    language: str, learnt: Sequence[Clip], spoken: dict[str, Any], recipe: AdaptationRecipe
) -> Material:
    """Recordings among the synthetic clips that the cache has, none where it has none."""
    number = {name: index for index, name in enumerate(command_classes())}
    cache = SpeechCache()
    if cache.entries(language=language, split="train"):
        material = gather(language, cache, None, CommandRecipe())
    else:
        material = Material()
    synthetic = len(material.positives)
    people = []
    for clip in learnt:
        truth = spoken[clip.path]
        samples = load_clip(clip.audio)
        if truth.expected:
            people.append(Utterance(trim(samples), number[truth.expected]))
        elif not truth.skipped and np.abs(samples).max(initial=0) > 1e-3:
            long = len(samples) > 3 * SAMPLE_RATE_HZ
            material.negatives.append(Utterance(samples, NONE, background=long))
    share = recipe.recordings_share
    by_class = max(1, len({u.label for u in material.positives}))
    per_class = max(1, len(people) // max(1, len({u.label for u in people})))
    repeats = max(1, round(synthetic / by_class * share / (1 - share) / per_class))
    material.positives += people * repeats
    if not material.negatives:
        # Quiet stands in for other speech where there is none: noise is laid over it.
        material.negatives.append(Utterance(np.full(SAMPLE_RATE_HZ // 2, 1e-4, np.float32), NONE))
    return material


def _write_labels(clips: Sequence[Clip], path: Path) -> None:
    """A labels file of some clips, their paths made absolute."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, escapechar=None)
        out.writerow(COLUMNS)
        for clip in clips:
            cells = {name: getattr(clip, name, "") for name in COLUMNS}
            cells |= {"path": clip.audio.resolve(), "language": clip.locale}
            out.writerow([str(cells[name]) for name in COLUMNS])


def _keep(
    content: bytes,
    models: Path,
    out: Path,
    language: str,
    summary: dict[str, Any],
    recipe: AdaptationRecipe,
) -> None:
    """Write the new head, with manifest, ear and card beside it, into a folder of models."""
    folder = out / language
    if out != models:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(models / "ear.tflite", out)
        shutil.copytree(models / language, folder, dirs_exist_ok=True)
    path = folder / "commands.tflite"
    path.write_bytes(content)
    told = {key: value for key, value in summary.items() if key not in ("language", "kept")}
    told["date"], told["recipe"] = today(), asdict(recipe)
    told["commands_sha256"] = file_sha256(path)
    # Plain data: what came as a tuple goes to YAML as a list.
    for name in ("before", "after"):
        told[name] = {k: list(v) if isinstance(v, tuple) else v for k, v in told[name].items()}
    update_card(folder / "card.yaml", adapted=told)

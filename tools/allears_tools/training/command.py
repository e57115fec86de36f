"""`allears train …`: the ear, a language's wake model, its command head."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from allears.locate import models_dir
from rich.console import Console

from allears_tools.speech.cache import cache_root

app = typer.Typer(
    help="Train models: the shared ear once, then wake and commands of each language.\n\n"
    "Example: allears train commands --language sr --labels ../shared/realspeech/labels.tsv",
    no_args_is_help=True,
)
_console = Console()

Language = Annotated[str, typer.Option(help="A language of seeds/languages, such as sr.")]
Labels = Annotated[
    Path | None, typer.Option(help="Recordings of people (labels.tsv); without: synthetic only.")
]
Work = Annotated[
    Path | None, typer.Option(help="Where intermediate arrays are kept (the cache folder).")
]
Out = Annotated[Path | None, typer.Option(help="Where the models go (sdk/models).")]
Jobs = Annotated[int, typer.Option(help="Processes that compose streams.")]
Streams = Annotated[int | None, typer.Option(help="Training streams of 8 s (recipe's number).")]
Epochs = Annotated[int | None, typer.Option(help="Passes over the streams (recipe's number).")]


def _report(line: dict[str, Any]) -> None:
    parts = (f"{k} {v:.4f}" if isinstance(v, float) else f"{k} {v}" for k, v in line.items())
    _console.print("  ".join(parts), highlight=False)


def _work(work: Path | None) -> Path:
    return work or cache_root() / "training"


@app.command()
def ear(
    labels: Annotated[Path, typer.Option(help="Recordings of people (labels.tsv).")],
    work: Work = None,
    out: Out = None,
    epochs: Annotated[int, typer.Option(help="Passes over the corpus.")] = 40,
    google_weight: Annotated[float, typer.Option(help="Weight of Google's embedding.")] = 1.0,
    whisper_weight: Annotated[float, typer.Option(help="Weight of Whisper's encoder.")] = 1.0,
    threads: Annotated[int, typer.Option(help="Cores to train on.")] = 2,
) -> None:
    """Distil the teachers into the streaming ear; resumes where it was interrupted.

    Every head must be trained anew after this: a head knows its ear by hash.
    """
    import torch

    from allears_tools.speech.store import require, voices_root
    from allears_tools.training.card import (
        LICENCES,
        file_sha256,
        plain,
        recordings_used,
        today,
        update_card,
    )
    from allears_tools.training.distillation import prepare
    from allears_tools.training.ear import EarRecipe, distil, quantise_ear
    from allears_tools.training.ear_export import write_ear

    torch.set_num_threads(threads)
    recipe = EarRecipe(epochs, google_weight=google_weight, whisper_weight=whisper_weight)
    folder = _work(work) / "ear"
    data, hashes = prepare(labels, folder, require("whisper", voices_root()), _report)
    student = distil(data, recipe, folder / "checkpoint.pt", _report)
    figures: list[dict[str, Any]] = []

    def note(line: dict[str, Any]) -> None:
        figures.append(line)
        _report(line)

    quantise_ear(student, data, recipe, note)
    models = out or models_dir()
    path = write_ear(student, models)
    update_card(
        models / "ear.yaml",
        date=today(),
        sha256=file_sha256(path),
        recipe=plain(recipe),
        data_sha256=hashes,
        figures=figures,
        recordings=recordings_used(labels),
        licences=list(LICENCES.values()),
    )
    _console.print(f"{path}: {path.stat().st_size} bytes")


@app.command()
def commands(
    language: Language,
    labels: Labels = None,
    work: Work = None,
    out: Out = None,
    jobs: Jobs = 2,
    streams: Streams = None,
    epochs: Epochs = None,
) -> None:
    """Train a language's command head on the ear in sdk/models."""
    from allears_tools.training.card import file_sha256
    from allears_tools.training.commands import CommandRecipe, train_commands, write_head
    from allears_tools.training.threshold import set_threshold

    recipe = CommandRecipe()
    _shrink(recipe, streams, epochs)
    models = out or models_dir()
    ear_path = models / "ear.tflite"
    network, manifest = train_commands(
        language, ear_path, labels, recipe, _work(work), _report, jobs
    )
    folder = models / language
    write_head(network, manifest, folder)
    _report({"threshold": set_threshold(models, language, labels)})
    _write_section(folder, language, "commands", recipe, labels, file_sha256(ear_path))


@app.command()
def threshold(
    language: Language,
    labels: Annotated[Path, typer.Option(help="Recordings of people (labels.tsv).")],
    out: Out = None,
) -> None:
    """Set a head's threshold anew on people's speech, without training it."""
    from allears_tools.training.threshold import set_threshold

    _report({"threshold": set_threshold(out or models_dir(), language, labels)})


@app.command()
def wake(
    language: Language,
    labels: Labels = None,
    work: Work = None,
    out: Out = None,
    jobs: Jobs = 2,
    streams: Streams = None,
    epochs: Epochs = None,
) -> None:
    """Train a language's wake model, in microWakeWord's format."""
    from allears_tools.training.wake import WakeRecipe, train_wake, write_wake

    recipe = WakeRecipe()
    _shrink(recipe, streams, epochs)
    network, manifest = train_wake(language, labels, recipe, _work(work), _report, jobs)
    folder = (out or models_dir()) / language
    write_wake(network, manifest, folder)
    _write_section(folder, language, "wake", recipe, labels, None)


def _shrink(recipe: Any, streams: int | None, epochs: int | None) -> None:
    if streams is not None:
        recipe.streams, recipe.development_streams = streams, max(8, streams // 10)
    if epochs is not None:
        recipe.classifier.epochs = epochs


def _write_section(
    folder: Path,
    language: str,
    stage: str,
    recipe: Any,
    labels: Path | None,
    ear_sha256: str | None,
) -> None:
    """Put one stage's provenance on the language's card."""
    from allears_tools.seeds import load_language
    from allears_tools.speech import SpeechCache
    from allears_tools.training.card import (
        LICENCES,
        clips_sha256,
        file_sha256,
        plain,
        recordings_used,
        today,
        update_card,
    )

    digest, counts = clips_sha256(SpeechCache(), language)
    model = folder / f"{stage}.tflite"
    section = {
        "date": today(),
        "sha256": file_sha256(model),
        "bytes": model.stat().st_size,
        "recipe": plain(recipe),
        "synthetic_clips": counts,
        "synthetic_clips_sha256": digest,
        "recordings": recordings_used(labels),
    }
    if ear_sha256:
        section["ear_sha256"] = ear_sha256
    seed = load_language(language)
    update_card(
        folder / "card.yaml",
        language=language,
        name=seed.name,
        tier=seed.tier,
        licences=list(LICENCES.values()),
        **{stage: section},
    )
    _console.print(f"{model}: {model.stat().st_size} bytes")

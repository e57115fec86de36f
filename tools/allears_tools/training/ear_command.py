"""`allears train ear`: the ear that every language shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from allears.locate import models_dir

from allears_tools.training.options import Jobs, Out, Work, console, report, work_folder


def ear(
    labels: Annotated[Path, typer.Option(help="Recordings of people (labels.tsv).")],
    work: Work = None,
    out: Out = None,
    epochs: Annotated[int, typer.Option(help="Passes over the corpus.")] = 30,
    google_weight: Annotated[float, typer.Option(help="Weight of Google's embedding.")] = 0.5,
    whisper_weight: Annotated[float, typer.Option(help="Weight of Whisper's encoder.")] = 0.5,
    phrase_weight: Annotated[float, typer.Option(help="Weight of the phrases; 0: none.")] = 1.0,
    threads: Annotated[int, typer.Option(help="Cores to train on.")] = 2,
    begin: Annotated[
        Path | None, typer.Option("--from", help="An ear of the same layers to begin with.")
    ] = None,
) -> None:
    """Distil the teachers into the streaming ear; resumes where it was interrupted.

    Every head must be trained anew after this: a head knows its ear by hash.
    Example: allears train ear --labels recordings/labels.tsv --from sdk/models/ear.tflite
    """
    import torch

    from allears_tools.training.ear import EarRecipe
    from allears_tools.training.ear_making import make_ear

    torch.set_num_threads(threads)
    recipe = EarRecipe(
        epochs,
        google_weight=google_weight,
        whisper_weight=whisper_weight,
        phrase_weight=phrase_weight,
    )
    path = make_ear(recipe, labels, work_folder(work) / "ear", out or models_dir(), begin, report)
    console.print(f"{path}: {path.stat().st_size} bytes")


def harden(
    labels: Annotated[Path, typer.Option(help="Recordings of people and noise (labels.tsv).")],
    work: Work = None,
    models: Annotated[
        Path | None, typer.Option(help="The ear and what stands behind it (sdk/models).")
    ] = None,
    out: Out = None,
    steps: Annotated[int | None, typer.Option(help="Steps of 64 chunks (recipe's number).")] = None,
    threads: Annotated[int, typer.Option(help="Cores to train on.")] = 2,
    jobs: Jobs = 2,
) -> None:
    """Teach the ear to answer in noise as it does in quiet; resumes where it was interrupted.

    Heads and verifiers stay; the manifests of --out name the new ear. Measure them again.
    Example: allears train harden --labels recordings/labels.tsv
    """
    import dataclasses

    import torch

    from allears_tools.training.hardening import HardeningRecipe
    from allears_tools.training.hardening_making import make_hardened

    torch.set_num_threads(threads)
    recipe = HardeningRecipe()
    if steps is not None:
        recipe = dataclasses.replace(recipe, steps=steps)
    source = models or models_dir()
    folder = work_folder(work) / "ear"
    path = make_hardened(recipe, labels, folder, source, out or source, report, jobs)
    console.print(f"{path}: {path.stat().st_size} bytes")

"""`allears train ear`: the ear that every language shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from allears.locate import models_dir

from allears_tools.training.options import Out, Work, console, report, work_folder


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

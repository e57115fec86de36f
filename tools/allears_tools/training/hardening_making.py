"""From an exported ear to one that hears in noise, its manifests and its card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allears.interpreter import Model

from allears_tools.cards.putting import read_card
from allears_tools.evaluate.labels import read_labels
from allears_tools.training.card import file_sha256, plain, recordings_used, today, update_card
from allears_tools.training.clamped import require_kernels
from allears_tools.training.ear_export import EAR_FRAMES
from allears_tools.training.export import export_stream
from allears_tools.training.hardening import HardeningRecipe, Listeners, harden, listener_files
from allears_tools.training.noisy_chunks import PEOPLE, WORDS, noisy_chunks

Report = Callable[[dict[str, Any]], None]

MANIFESTS = ("commands.json", "verifier.json")
"""Of a language's folder, those that name the ear by its hash."""


def make_hardened(
    recipe: HardeningRecipe,
    labels: Path,
    folder: Path,
    models: Path,
    out: Path,
    report: Report,
    jobs: int = 1,
) -> Path:
    """Harden the ear of ``models``; heads and verifiers stay, and are told the new ear's hash.

    Args:
        recipe: steps, rates and weights.
        labels: recordings of people and noise.
        folder: where chunks and checkpoints are kept.
        models: the ear, and every language's head and verifier.
        out: where the new ear, its card and, where a language's folder is there, the manifests go.
        report: told how it goes on.
        jobs: processes that make features.

    Raises:
        TrainingError: no C compiler.
        ModelError: no ear there; told before anything is made, as is
        LabelsError: no such labels file, or a broken one.
    """
    require_kernels()
    ear = models / "ear.tflite"
    Model.load(ear)
    read_labels(labels)
    before = file_sha256(ear)
    groups, hashes = [], {}
    for parts in (PEOPLE, WORDS):
        group, known = noisy_chunks(parts, ear, labels, folder, recipe.versions, report, jobs)
        groups.append(group)
        hashes.update(known)
    listeners = Listeners.of(models)
    behind = [file_sha256(path) for path in listener_files(models)]
    told = json.dumps([plain(recipe), before, hashes, behind], sort_keys=True)
    name = f"hardening-{hashlib.sha256(told.encode()).hexdigest()[:12]}.pt"
    lines: list[dict[str, Any]] = []

    def note(line: dict[str, Any]) -> None:
        lines.append(line)
        report(line)

    network = harden(ear, listeners, groups, recipe, folder / name, note)
    card = read_card(models / "ear.yaml")
    out.mkdir(parents=True, exist_ok=True)
    path = out / "ear.tflite"
    path.write_bytes(export_stream(network, EAR_FRAMES, "embedding", "AllEars ear"))
    name_ear(out, file_sha256(path))
    section = {
        "date": today(),
        "begun_from": before,
        "recipe": plain(recipe),
        "data_sha256": hashes,
        "recordings": recordings_used(labels),
        "last": lines[-1],
    }
    hardened = [*card.get("hardened", []), section]
    card.update(sha256=file_sha256(path), bytes=path.stat().st_size, hardened=hardened)
    update_card(out / "ear.yaml", **card)
    return path


def name_ear(models: Path, sha256: str) -> None:
    """Write the ear's hash into the manifests of every language."""
    for name in MANIFESTS:
        for manifest in sorted(models.glob(f"*/{name}")):
            text = manifest.read_text(encoding="utf-8")
            before = json.loads(text)["ear_sha256"]
            manifest.write_text(text.replace(before, sha256), encoding="utf-8")

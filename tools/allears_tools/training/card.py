"""Model cards: what a model grew from, and figures that a command reproduces."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from allears_tools.cards.putting import read_card, write_card
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.seeds import load_language
from allears_tools.speech import SpeechCache

LICENCES = {
    "kokoro": "Kokoro-82M voices: Apache-2.0",
    "espeak": "espeak-ng 1.52: GPL-3 (a tool; its audio is not covered)",
    "google": "Google speech_embedding (teacher of the ear): Apache-2.0",
    "whisper": "Whisper-base encoder (teacher of the ear): MIT",
}


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def clips_sha256(cache: SpeechCache, language: str) -> tuple[str, dict[str, int]]:
    """One hash over the addresses of a language's training clips, and their count an engine."""
    entries = cache.entries(language=language, split="train")
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.request.engine] = counts.get(entry.request.engine, 0) + 1
    digest = hashlib.sha256("\n".join(sorted(e.key for e in entries)).encode())
    return digest.hexdigest(), counts


def recordings_used(labels: Path | None) -> dict[str, dict[str, Any]]:
    """Clips and licence of each source that trained, test split left out."""
    used: dict[str, dict[str, Any]] = {}
    if labels is None:
        return used
    for clip in read_labels(labels):
        if not is_test(clip):
            line = used.setdefault(clip.source, {"clips": 0, "licence": clip.licence})
            line["clips"] += 1
    return dict(sorted(used.items()))


def plain(recipe: Any) -> Any:
    """A recipe as plain data."""
    return asdict(recipe) if is_dataclass(recipe) and not isinstance(recipe, type) else recipe


def update_card(path: Path, **sections: Any) -> None:
    """Write sections of a card, leaving the others as they were."""
    write_card(path, {**read_card(path), **sections})


def write_section(
    folder: Path,
    language: str,
    stage: str,
    recipe: Any,
    labels: Path | None,
    **more: Any,
) -> None:
    """Put one stage's provenance on the card of a language's folder.

    Args:
        folder: where ``<stage>.tflite`` and ``card.yaml`` lie.
        language: its code.
        stage: commands or wake.
        recipe: what decided the model, a dataclass.
        labels: the recordings of people that trained, if any.
        **more: further lines of the section.
    """
    digest, counts = clips_sha256(SpeechCache(), language)
    model = folder / f"{stage}.tflite"
    seed = load_language(language)
    section = {
        "date": today(),
        "sha256": file_sha256(model),
        "bytes": model.stat().st_size,
        "recipe": plain(recipe),
        "synthetic_clips": counts,
        "synthetic_clips_sha256": digest,
        "recordings": recordings_used(labels),
        **more,
    }
    update_card(
        folder / "card.yaml",
        language=language,
        name=seed.name,
        tier=seed.tier,
        licences=list(LICENCES.values()),
        **{stage: section},
    )


def today() -> str:
    """The date that a section carries."""
    return date.today().isoformat()

"""What a report needs so that its figures can be traced: date, versions, model hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from allears.interpreter import interpreter_name
from allears.locate import models_dir
from allears.verifier import MANIFEST as VERIFIER_MANIFEST
from allears.verifier import MODEL as VERIFIER_MODEL


def provenance(language: str, models: Path | None = None) -> dict[str, Any]:
    """Return date (UTC), interpreter and the SHA-256 of each model of a language.

    Args:
        language: its code.
        models: folder of the models, instead of the installed ones.
    """
    return origin_of(model_files(language, models))


def origin_of(files: Iterable[Path]) -> dict[str, Any]:
    """Return the same for model files that are named."""
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "interpreter": interpreter_name(),
        "models": {path.name: _sha256(path) for path in files if path.is_file()},
    }


def provenance_of(languages: Sequence[str]) -> dict[str, Any]:
    """Return the provenance of several languages; hashes are by language/name."""
    origins = {language: provenance(language) for language in languages}
    models = {
        f"{language}/{name}": digest
        for language, origin in origins.items()
        for name, digest in origin["models"].items()
    }
    return {**origins[languages[0]], "models": models}


VERIFIER_FILES = (VERIFIER_MODEL, VERIFIER_MANIFEST)
"""Of a wake word that has one, beside its ``wake.json``."""


def model_files(language: str, models: Path | None = None) -> tuple[Path, ...]:
    """Return where a language's models and their settings lie: shared ear, commands, wake word.

    Not every wake word has a verifier."""
    folder = models or models_dir()
    own = folder / language
    names = ("commands.tflite", "commands.json", "wake.tflite", "wake.json", *VERIFIER_FILES)
    return (folder / "ear.tflite", *(own / name for name in names))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

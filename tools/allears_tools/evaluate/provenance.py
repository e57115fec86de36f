"""What a report needs so that its figures can be traced: date, versions, model hashes."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from allears.interpreter import interpreter_name
from allears.locate import models_dir


def provenance(language: str) -> dict[str, Any]:
    """Return date (UTC), interpreter and the SHA-256 of each model of a language."""
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "interpreter": interpreter_name(),
        "models": {path.name: _sha256(path) for path in model_files(language) if path.is_file()},
    }


def model_files(language: str) -> tuple[Path, ...]:
    """Return where a language's models and their settings lie: shared ear, commands, wake."""
    own = models_dir() / language
    names = ("commands.tflite", "commands.json", "wake.tflite", "wake.json")
    return (models_dir() / "ear.tflite", *(own / name for name in names))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

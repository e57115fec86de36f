"""Writes the trained ear as ``ear.tflite``."""

from __future__ import annotations

from pathlib import Path

from allears_tools.training.ear import Ear
from allears_tools.training.export import export_stream

EAR_FRAMES = 4
"""Feature frames a step: 40 ms."""


def write_ear(ear: Ear, folder: Path) -> Path:
    """Write the student of a quantised ear; the maps to the teachers stay behind."""
    ear.eval()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "ear.tflite"
    path.write_bytes(export_stream(ear.student, EAR_FRAMES, "embedding", "AllEars ear"))
    return path

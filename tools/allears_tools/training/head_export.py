"""A command head's files: the network and its manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from allears_tools.training.export import export_stream
from allears_tools.training.network import StreamNetwork

SMOOTHING_FRAMES = 3
REFRACTORY_MS = 800
LISTEN_TIMEOUT_MS = 6000
PROVISIONAL_THRESHOLD = 0.5
"""Until `threshold.set_threshold` chooses one on people's speech."""


def head_manifest(language: str, classes: list[str], ear_path: Path) -> dict[str, Any]:
    """What ``commands.json`` says of a new head."""
    return {
        "version": 1,
        "language": language,
        "classes": classes,
        "threshold": PROVISIONAL_THRESHOLD,
        "smoothing_frames": SMOOTHING_FRAMES,
        "refractory_ms": REFRACTORY_MS,
        "thresholds": {},
        "listen_timeout_ms": LISTEN_TIMEOUT_MS,
        "ear_sha256": hashlib.sha256(ear_path.read_bytes()).hexdigest(),
    }


def write_head(network: StreamNetwork, manifest: dict[str, Any], folder: Path) -> None:
    """Write ``commands.tflite`` and ``commands.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    description = f"AllEars commands {manifest['language']}"
    (folder / "commands.tflite").write_bytes(export_stream(network, 1, "softmax", description))
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / "commands.json").write_text(text, encoding="utf-8")

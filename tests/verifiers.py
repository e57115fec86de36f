"""A verifier that knows nothing: random weights, but outputs that depend on all that it hears."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from allears.interpreter import Model
from allears.locate import models_dir
from allears.verifier import MANIFEST, MODEL
from allears.wake import load_manifest
from allears_tools.training.classifier import StreamSet, calibrate
from allears_tools.training.embedding import as_floats, embedding_range
from allears_tools.training.export import export_stream
from allears_tools.training.network import Layer, StreamNetwork

_LAYERS = [
    Layer("conv", 8, 1),
    Layer("separable", 8, 9, residual=True),
    Layer("conv", 1, 1, relu=False),
]


def models_without_verifiers(folder: Path, *languages: str) -> Path:
    """Copy the ear and some languages' other models to ``folder``."""
    folder.mkdir()
    shutil.copy(models_dir() / "ear.tflite", folder)
    ignore = shutil.ignore_patterns(MODEL, MANIFEST)
    for language in languages:
        shutil.copytree(models_dir() / language, folder / language, ignore=ignore)
    return folder


def add_verifier(models: Path, language: str, seed: int = 0, **settings: Any) -> None:
    """Give a language of ``models`` a random verifier; ``settings`` go to its manifest."""
    folder = models / language
    ear = models / "ear.tflite"
    (folder / MODEL).write_bytes(_random_model(Model.load(ear), seed))
    manifest = {
        "version": 1,
        "wake_word": load_manifest(folder / "wake.json").wake_word,
        "candidate_cutoff": 0.3,
        "probability_cutoff": 0.0,
        "sliding_window_size": 5,
        "ear_sha256": hashlib.sha256(ear.read_bytes()).hexdigest(),
        **settings,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def change_verifier(models: Path, language: str, **settings: Any) -> None:
    """Change settings in the manifest of a language's verifier."""
    path = models / language / MANIFEST
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, **settings}), encoding="utf-8")


def _random_model(ear: Model, seed: int) -> bytes:
    torch.manual_seed(seed)
    heard = np.random.default_rng(seed).integers(-128, 128, (4, 60, 128)).astype(np.int8)
    data = StreamSet(heard, np.zeros((len(heard), 1), np.int64), as_floats(ear))
    network = StreamNetwork(_LAYERS, 128, embedding_range(ear))
    network.train()
    for _ in range(5):
        network(data.dequantise(heard))
    network.eval()
    network.fold()
    calibrate(network, data, len(heard))
    return export_stream(network, 1, "verifier", "random")

"""Writes the golden cases that Python and C must both give: tests/golden.

Run: ``python -m allears_tools.firmware.golden`` in a checkout, after a change of what is covered.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from allears.audio import read_audio
from allears.features import FeatureExtractor, quantize
from allears.interpreter import Model, interpreter_name
from numpy.typing import NDArray

from allears_tools.firmware.layer_models import LAYER_MODELS

_ROOT = Path(__file__).resolve().parents[3]
GOLDEN = _ROOT / "tests/golden"
CASES = GOLDEN / "cases.json"
_CLIPS = _ROOT / "tools/allears_tools/demo/clips"

_SEED = 20261123
_STEPS = 12
_FEATURE_CLIPS = ("en_computer_joe.flac", "sr_stani_pf_dora.flac")


def write_golden() -> None:
    """Make every case anew, with the reference kernels and the Python front end."""
    (GOLDEN / "layers").mkdir(parents=True, exist_ok=True)
    layers = [_layer(name) for name in LAYER_MODELS]
    features = [_features(name) for name in _FEATURE_CLIPS]
    cases = {"provenance": _provenance(), "layers": layers, "features": features}
    CASES.write_text(json.dumps(cases, indent=1) + "\n")


def read_cases() -> dict[str, Any]:
    """Return the cases: ``layers`` and ``features``, each a list."""
    return json.loads(CASES.read_text())


def feature_bytes(samples: NDArray[np.int16]) -> bytes:
    """What the Python front end gives for samples, as the models take it, int8 ``[n, 40]``."""
    return quantize(FeatureExtractor().feed(samples)).tobytes()


def _layer(name: str) -> dict[str, Any]:
    """A model, its inputs step after step, and what the reference kernels give for each."""
    random = np.random.default_rng([_SEED, *name.encode()])
    content = LAYER_MODELS[name](random)
    path = GOLDEN / "layers" / f"{name}.tflite"
    path.write_bytes(content)
    model = Model(content, name, reference=True)
    inputs, outputs = [], []
    for step in range(_STEPS):
        values = random.integers(-128, 128, model.input_shape)
        if step == 0:  # every int8, where there is room
            values = (np.arange(values.size) - 128).reshape(values.shape)
        values = np.clip(values, -128, 127).astype(np.int8)
        inputs.append(values.tobytes().hex())
        outputs.append(model.run(values).tobytes().hex())
    return {
        "name": name,
        "model": f"layers/{path.name}",
        "sha256": hashlib.sha256(content).hexdigest(),
        "inputs": inputs,
        "outputs": outputs,
    }


def _features(name: str) -> dict[str, Any]:
    samples = read_audio(_CLIPS / name)
    return {
        "clip": (_CLIPS / name).relative_to(_ROOT).as_posix(),
        "samples_sha256": hashlib.sha256(samples.tobytes()).hexdigest(),
        "features": feature_bytes(samples).hex(),
    }


def _provenance() -> dict[str, str]:
    packages = {"litert": "ai-edge-litert", "tflite-runtime": "tflite-runtime"}
    interpreter = interpreter_name()
    return {
        "generator": "python -m allears_tools.firmware.golden",
        "seed": str(_SEED),
        "interpreter": f"{interpreter} {importlib.metadata.version(packages[interpreter])}",
        "kernels": "BUILTIN_REF",
        "front_end": f"pymicro-features {importlib.metadata.version('pymicro-features')}",
    }


if __name__ == "__main__":
    write_golden()
    print(CASES)
    sys.exit(0)

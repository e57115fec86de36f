"""The golden cases on the emulated boards: not one value may differ from the reference kernels."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [train]")

import numpy as np
from allears.audio import read_audio
from allears.compiling.compiler import compile_model
from allears.interpreter import Model
from allears.locate import models_dir
from allears_tools.board.golden import GoldenCase, run_cases
from allears_tools.board.machines import MACHINES
from allears_tools.firmware.golden import GOLDEN, feature_bytes, read_cases

_STEPS = 16
_STEP_SAMPLES, _CHANNELS = 160, 40
_ROOT = Path(__file__).resolve().parents[2]


def _layers() -> tuple[list[GoldenCase], dict[str, list[bytes]]]:
    cases, wanted = [], {}
    for layer in read_cases()["layers"]:
        program = compile_model((GOLDEN / layer["model"]).read_bytes())
        outputs = [bytes.fromhex(output) for output in layer["outputs"]]
        inputs = [bytes.fromhex(given) for given in layer["inputs"]]
        cases.append(GoldenCase(layer["name"], program, inputs, len(outputs[0])))
        wanted[layer["name"]] = outputs
    return cases, wanted


def _models() -> tuple[list[GoldenCase], dict[str, list[bytes]]]:
    cases, wanted = [], {}
    for path in sorted([*models_dir().glob("*.tflite"), *models_dir().glob("*/*.tflite")]):
        name = path.relative_to(models_dir()).as_posix()
        model = Model(path.read_bytes(), name, reference=True)
        random = np.random.default_rng(11)
        inputs, outputs = [], []
        for step in range(_STEPS):
            spread = 10 + 100 * (step % 3)
            values = np.clip(random.normal(0, spread, model.input_shape), -128, 127)
            inputs.append(values.astype(np.int8).tobytes())
            outputs.append(model.run(values.astype(np.int8)).tobytes())
        cases.append(GoldenCase(name, compile_model(path.read_bytes()), inputs, len(outputs[0])))
        wanted[name] = outputs
    return cases, wanted


def _features() -> tuple[list[GoldenCase], dict[str, list[bytes]]]:
    """The golden clips, and what the quiet and the loud hear: silence, noise, full scale."""
    random = np.random.default_rng(0)
    loudness = np.repeat([0, 1, 3, 40, 900, 32768, 7], 3200)
    noise = np.clip(random.normal(0, 0.5, len(loudness)) * loudness, -32768, 32767)
    square = np.where(np.arange(8000) // 37 % 2, 32767, -32768)
    audio = {"loud": np.concatenate([noise, square]).astype(np.int16)}
    golden = {case["clip"]: case["features"] for case in read_cases()["features"]}
    audio |= {clip: read_audio(_ROOT / clip) for clip in golden}
    cases, wanted = [], {}
    for name, samples in audio.items():
        steps = samples[: len(samples) // _STEP_SAMPLES * _STEP_SAMPLES].reshape(-1, _STEP_SAMPLES)
        frames = feature_bytes(samples)
        if name in golden:
            assert frames.hex() == golden[name]
        filled = bytes(2 * _CHANNELS) + frames
        cases.append(GoldenCase(name, b"", [step.tobytes() for step in steps], _CHANNELS))
        wanted[name] = [filled[at : at + _CHANNELS] for at in range(0, len(filled), _CHANNELS)]
    return cases, wanted


@pytest.mark.parametrize("of", [_layers, _models, _features], ids=["layers", "models", "features"])
@pytest.mark.parametrize("board", sorted(MACHINES))
def test_the_board_equals_the_reference_kernels(board: str, of) -> None:
    cases, wanted = of()
    given = run_cases(MACHINES[board], cases)
    for name, outputs in wanted.items():
        assert given[name] == outputs, name

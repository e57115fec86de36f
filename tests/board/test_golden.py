"""The golden cases on the emulated boards: not one value may differ from the reference kernels."""

from __future__ import annotations

import pytest

pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [train]")

import numpy as np
from allears.compiling import compile_model
from allears.interpreter import Model
from allears.locate import models_dir
from allears_tools.board.golden import GoldenCase, run_cases
from allears_tools.board.machines import MACHINES
from allears_tools.firmware.golden import GOLDEN, read_cases

_STEPS = 16


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


@pytest.mark.parametrize("of", [_layers, _models], ids=["layers", "models"])
@pytest.mark.parametrize("board", sorted(MACHINES))
def test_the_board_equals_the_reference_kernels(board: str, of) -> None:
    cases, wanted = of()
    given = run_cases(MACHINES[board], cases)
    for name, outputs in wanted.items():
        assert given[name] == outputs, name

"""Whole models: C against the reference kernels, value by value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from allears.compiling.compiler import compile_model
from allears.interpreter import Model
from allears.locate import models_dir
from allears_tools.firmware.program import NativeProgram

_STEPS = 40


def _models() -> list[Path]:
    own = [*models_dir().glob("*.tflite"), *models_dir().glob("*/*.tflite")]
    try:
        import pymicro_wakeword
    except ImportError:
        return sorted(own)
    # microWakeWord's own models, by other people, with other layers.
    return [*sorted(own), *sorted(Path(pymicro_wakeword.__file__).parent.glob("models/*.tflite"))]


@pytest.mark.parametrize("path", _models(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_c_equals_the_reference_kernels(path: Path) -> None:
    content = path.read_bytes()
    model = Model(content, path.name, reference=True)
    program = NativeProgram(compile_model(content, path.name))
    random = np.random.default_rng(7)
    for step in range(_STEPS):
        spread = 10 + 100 * (step % 3)
        values = np.clip(random.normal(0, spread, model.input_shape), -128, 127).astype(np.int8)
        wanted = model.run(values)
        assert program.run(values).tobytes() == wanted.tobytes(), f"step {step}"


def test_a_reset_program_has_heard_nothing() -> None:
    content = (models_dir() / "ear.tflite").read_bytes()
    program = NativeProgram(compile_model(content))
    values = np.full((1, 4, 40), 50, np.int8)
    first = program.run(values).tobytes()
    assert program.run(values).tobytes() != first
    program.reset()
    assert program.run(values).tobytes() == first

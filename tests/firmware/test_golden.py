"""One table of golden cases drives the reference kernels and C: not one value may differ."""

from __future__ import annotations

import ctypes
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from allears.audio import read_audio
from allears.compiling.compiler import compile_model
from allears.interpreter import Model
from allears.native.memory import AlignedBytes
from allears_tools.firmware.golden import GOLDEN, feature_bytes, read_cases
from allears_tools.firmware.library import load_library
from allears_tools.firmware.program import NativeProgram

_CASES = read_cases()
_ROOT = Path(__file__).parents[2]
_STEP_SAMPLES = 160
_CHANNELS = 40


def _name(case: dict[str, Any]) -> str:
    return case.get("name") or Path(case["clip"]).stem


@pytest.fixture(params=_CASES["layers"], ids=_name)
def layer(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


@pytest.fixture(params=_CASES["features"], ids=_name)
def features(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


def _content(layer: dict[str, Any]) -> bytes:
    content = (GOLDEN / layer["model"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == layer["sha256"]
    return content


def test_the_reference_kernels_give_the_golden_outputs(layer: dict[str, Any]) -> None:
    model = Model(_content(layer), layer["name"], reference=True)
    for given, wanted in zip(layer["inputs"], layer["outputs"], strict=True):
        values = np.frombuffer(bytes.fromhex(given), np.int8).reshape(model.input_shape)
        assert model.run(values).tobytes().hex() == wanted


def test_c_gives_the_golden_outputs(layer: dict[str, Any]) -> None:
    program = NativeProgram(compile_model(_content(layer), layer["name"]))
    for given, wanted in zip(layer["inputs"], layer["outputs"], strict=True):
        values = np.frombuffer(bytes.fromhex(given), np.int8)
        assert program.run(values).tobytes().hex() == wanted


def test_the_python_front_end_gives_the_golden_features(features: dict[str, Any]) -> None:
    samples = read_audio(_ROOT / features["clip"])
    assert hashlib.sha256(samples.tobytes()).hexdigest() == features["samples_sha256"]
    assert feature_bytes(samples).hex() == features["features"]


def test_the_c_front_end_gives_the_golden_features(features: dict[str, Any]) -> None:
    samples = read_audio(_ROOT / features["clip"])
    assert _c_features(samples).hex() == features["features"]


def test_the_front_ends_agree_from_silence_to_full_scale() -> None:
    random = np.random.default_rng(0)
    loudness = np.repeat([0, 1, 3, 40, 900, 32768, 7], 3200)
    noise = np.clip(random.normal(0, 0.5, len(loudness)) * loudness, -32768, 32767)
    square = np.where(np.arange(8000) // 37 % 2, 32767, -32768)
    samples = np.concatenate([noise, square]).astype(np.int16)
    assert _c_features(samples) == feature_bytes(samples)


def _c_features(samples: np.ndarray) -> bytes:
    library = load_library()
    frontend = AlignedBytes(library.ae_frontend_bytes())
    library.ae_frontend_reset(frontend.address)
    frame = AlignedBytes(_CHANNELS)
    found = b""
    for at in range(0, len(samples) - _STEP_SAMPLES + 1, _STEP_SAMPLES):
        step = np.ascontiguousarray(samples[at : at + _STEP_SAMPLES])
        pointer = ctypes.c_void_p(step.ctypes.data)
        if library.ae_frontend_step(frontend.address, pointer, frame.address):
            found += frame.array.tobytes()
    return found

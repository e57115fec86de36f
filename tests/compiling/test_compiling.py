"""Compiling: what is taken, what is refused and how, and that the same gives the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [train]")

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from allears.compiling.compiler import compile_model
from allears.compiling.errors import CompileError, UnsupportedOp
from allears.locate import models_dir
from allears_tools.cli import run
from allears_tools.compiling.description import describe
from allears_tools.contract import program as layout
from allears_tools.firmware.golden import GOLDEN
from allears_tools.training.export.graph import Graph

_EAR = models_dir() / "ear.tflite"
_QUANTISED = (0.1, 0)


def _with_op(code: int, options: object = None, options_type: int = 0) -> bytes:
    graph = Graph("test")
    source = graph.main.tensor("input", [1, 4], np.int8, _QUANTISED)
    out = graph.main.tensor("out", [1, 4], np.int8, _QUANTISED)
    graph.main.op(code, [source], [out], options, options_type)
    return graph.finish([source], [out])


def test_generated_layouts_are_those_of_the_yaml() -> None:
    facts = layout.read_layout()
    assert layout.PYTHON_FILE.read_text() == layout.render_python(facts)
    assert layout.C_FILE.read_text() == layout.render_c(facts)


def test_every_field_fits_into_a_step() -> None:
    facts = layout.read_layout()
    assert all(1 + len(kind["fields"]) <= facts["step_words"] for kind in facts["kinds"].values())
    assert len(facts["header"]) <= facts["header_words"]


def test_the_same_model_gives_the_same_program() -> None:
    content = _EAR.read_bytes()
    assert compile_model(content) == compile_model(content)


def test_state_takes_no_copies_but_one_a_layer() -> None:
    """The joined tensors are never copied: state, new frames and their union are one buffer."""
    facts = describe(compile_model(_EAR.read_bytes()))
    assert facts["steps"]["copy"] == 9
    assert facts["bytes"] < len(_EAR.read_bytes())


def test_an_unknown_operator_is_named() -> None:
    with pytest.raises(UnsupportedOp, match="TANH") as caught:
        compile_model(_with_op(schema.BuiltinOperator.TANH))
    assert caught.value.op == "TANH"


def test_a_known_operator_used_otherwise_is_named() -> None:
    graph = Graph("test")
    source = graph.main.tensor("input", [1, 4], np.int8, _QUANTISED)
    constant = graph.main.tensor("constant", [1, 4], np.int8, _QUANTISED, np.ones((1, 4), np.int8))
    out = graph.main.tensor("out", [1, 4], np.int8, _QUANTISED)
    options = schema.AddOptionsT()
    graph.main.op(
        schema.BuiltinOperator.ADD,
        [source, constant],
        [out],
        options,
        schema.BuiltinOptions.AddOptions,
    )
    with pytest.raises(UnsupportedOp, match="ADD cannot be compiled: a constant"):
        compile_model(graph.finish([source], [out]))


@pytest.mark.parametrize("length", [0, 7, 100, 5000])
def test_a_damaged_model_is_refused(length: int) -> None:
    with pytest.raises(CompileError, match="cannot be read"):
        compile_model(_EAR.read_bytes()[:length], "ear.tflite")


def test_the_command_writes_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "m.tflite"
    shutil.copy(GOLDEN / "layers/state.tflite", model)
    assert run(["compile", str(model), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["program"] == str(tmp_path / "m.bin")
    assert facts["bytes"] == (tmp_path / "m.bin").stat().st_size


def test_the_command_refuses_with_the_operator_s_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "m.tflite"
    model.write_bytes(_with_op(schema.BuiltinOperator.HARD_SWISH))
    assert run(["compile", str(model)]) == 2
    assert "HARD_SWISH" in capsys.readouterr().err
    assert not (tmp_path / "m.bin").exists()


def test_the_command_names_what_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compile", str(tmp_path / "none.tflite")]) == 2
    assert "none.tflite" in capsys.readouterr().err

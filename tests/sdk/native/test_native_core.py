"""The library and the compiled models: found, kept, and missed with a word on what to do."""

from __future__ import annotations

import builtins
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from allears.errors import InterpreterError, ModelError
from allears.interpreter import chosen_interpreter
from allears.locate import models_dir
from allears.native import programs
from allears.native.library import LIBRARY_OVERRIDE, load_library
from allears.pipeline import Listener


def test_a_missing_library_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIBRARY_OVERRIDE, str(tmp_path / "none.so"))
    with pytest.raises(InterpreterError, match="apt-get install gcc"):
        Listener("gb", interpreter="native")


def test_what_is_no_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.so").write_text("no library")
    monkeypatch.setenv(LIBRARY_OVERRIDE, str(tmp_path / "text.so"))
    with pytest.raises(InterpreterError, match="cannot be used"):
        load_library()


def test_another_release_s_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = "new add_language open total_bytes always_on_bytes feed event finish reset is_listening"
    code = "unsigned ae_bridge_version(void) { return 999; }\n"
    code += "\n".join(f"void ae_bridge_{name}(void) {{}}" for name in [*names.split(), "free"])
    (tmp_path / "old.c").write_text(code)
    compiler = shutil.which("cc")
    assert compiler, "the conftest skips where there is none"
    library = tmp_path / "old.so"
    subprocess.run([compiler, "-shared", "-fPIC", tmp_path / "old.c", "-o", library], check=True)
    monkeypatch.setenv(LIBRARY_OVERRIDE, str(library))
    with pytest.raises(InterpreterError, match="has version 999"):
        load_library()


def test_an_unknown_interpreter_is_told() -> None:
    with pytest.raises(InterpreterError, match="litert, tflite-runtime, native"):
        Listener("gb", interpreter="abacus")


def test_a_chosen_interpreter_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from allears.interpreter import interpreter_name

    pytest.importorskip("ai_edge_litert", reason="only one interpreter is installed")
    monkeypatch.setenv("ALLEARS_INTERPRETER", "tflite-runtime")
    with chosen_interpreter("litert"):
        assert interpreter_name() == "litert"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLEARS_CACHE", str(tmp_path))
    return tmp_path / "programs"


def test_a_model_is_compiled_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [native]")
    model = models_dir() / "en" / "wake.tflite"
    first = programs.program_of(model)
    assert [path.read_bytes() for path in cache.iterdir()] == [first]
    monkeypatch.setattr(programs, "_compile", lambda *_: pytest.fail("compiled again"))
    assert programs.program_of(model) == first


def test_a_cache_that_cannot_be_written_is_no_error(cache: Path) -> None:
    pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [native]")
    cache.parent.joinpath("programs").write_text("in the way")
    assert programs.program_of(models_dir() / "en" / "wake.tflite")


def test_compiling_without_the_extra_names_it(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_litert(name: str, *rest: Any) -> Any:
        if name == "allears.compiling.compiler":
            raise ModuleNotFoundError("no", name="ai_edge_litert")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_litert)
    with pytest.raises(InterpreterError, match=r"allears\[native\]"):
        programs.program_of(models_dir() / "en" / "wake.tflite")


def test_a_missing_model_is_told(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Cannot read the model"):
        programs.program_of(tmp_path / "ear.tflite")

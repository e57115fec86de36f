"""Packs for Linux-class devices are built by the extra [flash] alone, as `make demo` does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")

_WITHOUT = """
import sys
for name in sys.argv[3:]:
    sys.modules[name] = None  # an import of it fails
from allears_tools.cli import run
sys.exit(run(["pack", "rs", "--key", sys.argv[1], "-o", sys.argv[2]]))
"""
_OF_OTHER_EXTRAS = ["torch", "onnxruntime", "joblib", "jinja2", "matplotlib", "aiohttp"]


@pytest.mark.parametrize("interpreter", ["tflite_runtime", "ai_edge_litert"])
def test_a_pack_needs_no_other_extra(interpreter: str, key_path: Path, tmp_path: Path) -> None:
    """One interpreter is there, the other not; nor what training and reports need."""
    pytest.importorskip(interpreter, reason=f"{interpreter} is not installed")
    other = {"tflite_runtime": "ai_edge_litert", "ai_edge_litert": "tflite_runtime"}[interpreter]
    pack = tmp_path / "rs.pack"
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT, str(key_path), str(pack), other, *_OF_OTHER_EXTRAS],
        env={**os.environ, "ALLEARS_INTERPRETER": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert pack.stat().st_size > 100_000

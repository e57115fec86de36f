"""The native core in the wheel: built where it can be, left out with a word where it cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="hatchling builds the wheel: pip install -e .[dev]")

CHECKOUT = Path(__file__).resolve().parents[2]
LIBRARY = "allears/native/liballears.so"


def _build(folder: Path, **environment: str) -> tuple[int, str, list[Path]]:
    """Build the wheel of this checkout; return status, what was told, and the wheel."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    kept = {**os.environ, **environment}
    done = subprocess.run(
        command, cwd=CHECKOUT, env=kept, capture_output=True, text=True, timeout=600
    )
    return done.returncode, done.stdout + done.stderr, list(folder.glob("*.whl"))


def _holds_library(wheel: Path) -> bool:
    return LIBRARY in zipfile.ZipFile(wheel).namelist()


@pytest.mark.skipif(
    not (shutil.which("cc") and shutil.which("make")), reason="no C compiler, or no make"
)
def test_with_a_compiler_the_wheel_is_this_machine_s(tmp_path: Path) -> None:
    status, told, wheels = _build(tmp_path)
    if "pip could not fetch" in told:
        pytest.skip("no package registry can be reached to fetch the C sources")
    assert status == 0, told
    assert _holds_library(wheels[0])
    assert wheels[0].name.startswith("allears-") and not wheels[0].name.endswith("none-any.whl")


def test_without_a_compiler_the_wheel_is_everybody_s_and_says_so(tmp_path: Path) -> None:
    status, told, wheels = _build(tmp_path, PATH=str(tmp_path))
    assert status == 0, told
    assert wheels[0].name.endswith("-py3-none-any.whl") and not _holds_library(wheels[0])
    assert "native core is not built" in told and "apt-get install" in told


def test_it_can_be_left_out_and_demanded(tmp_path: Path) -> None:
    status, told, wheels = _build(tmp_path, ALLEARS_BUILD_NATIVE="0")
    assert status == 0, told
    assert not _holds_library(wheels[0])
    status, told, _ = _build(tmp_path, ALLEARS_BUILD_NATIVE="1", PATH=str(tmp_path))
    assert status != 0 and "native core is not built" in told

"""The fuzzers find nothing in half a minute each; `make fuzz` gives them ten."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parents[2] / "sdk/firmware/tests/link"
_SECONDS = os.environ.get("ALLEARS_FUZZ_SECONDS", "30")


@pytest.mark.skipif(shutil.which("clang") is None, reason="fuzzing needs clang (apt install clang)")
def test_frames_requests_and_packs(third_party: Path) -> None:
    # Side by side: each is one thread.
    command = ["make", "-s", "-j3", "-C", str(_FOLDER), "fuzz", f"FUZZ_SECONDS={_SECONDS}"]
    done = subprocess.run(
        [*command, f"PYTHON={sys.executable}"], capture_output=True, text=True, errors="replace"
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]

"""Without what the boards need their tests skip with the reason; in CI they fail instead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "test", ["tests/board/test_budgets.py::test_code", "tests/slots/test_fuzzing.py"]
)
@pytest.mark.parametrize(("required", "status"), [("", 0), ("1", 1)])
def test_a_machine_without_compilers(test: str, required: str, status: int) -> None:
    # Programs of ours are called by their paths; nothing else is found.
    environment = {**os.environ, "PATH": "", "ALLEARS_REQUIRE_BOARD": required}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr
    assert "apt-get install" in done.stdout or "apt install" in done.stdout
    assert ("SKIPPED" in done.stdout) == (status == 0)

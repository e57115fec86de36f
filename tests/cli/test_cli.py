"""The command `allears` as a whole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from allears_tools import cli

NAMES = [job.name for job in cli.JOBS]


def test_help_lists_every_job(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in NAMES)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out[0].isdigit()


@pytest.mark.parametrize("name", NAMES)
def test_every_job_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([name, "--help"]) == 0
    assert "Example" in capsys.readouterr().out


def test_an_unknown_job_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["sing"]) == cli.USAGE_ERROR
    assert "sing" in capsys.readouterr().err


def test_help_does_not_load_what_a_job_needs() -> None:
    script = (
        "import sys; from allears_tools import cli; cli.run(['--help'])\n"
        "heavy = {'torch', 'onnxruntime', 'matplotlib', 'scipy'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_missing_package_names_its_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: object) -> Callable[..., None]:
        raise ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib.pyplot")

    monkeypatch.setattr(cli, "_app_for", fail)
    assert cli.run(["bench"]) == cli.USAGE_ERROR
    assert "pip install 'allears[tools]'" in capsys.readouterr().err.replace("\n", " ")

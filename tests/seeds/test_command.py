"""`allears languages` and `allears seeds check`, as a user or a script runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from allears_tools import cli


def test_languages_lists_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["languages"]) == 0
    told = capsys.readouterr().out
    assert "computer" in told and "zdravo kućo" in told


def test_languages_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["languages", "--json"]) == 0
    rows = {row["language"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["sr"]["scripts"] == ["Latn", "Cyrl"]
    assert rows["en"]["commands"] == 35


def test_check_is_silent_about_good_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["seeds", "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_check_tells_faults_and_fails(
    root: Path, edit: Callable[[str, str, str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    line = edit("languages/sr.yaml", "tier: B", "tier: Z")
    assert cli.run(["seeds", "check", "sr", "--root", str(root)]) == 1
    assert f"sr.yaml:{line}: tier is 'Z'" in capsys.readouterr().out


def test_an_unknown_language_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["seeds", "check", "xx"]) == 2
    told = capsys.readouterr().err
    assert "xx.yaml cannot be read" in told and "Next step" in told and "Traceback" not in told

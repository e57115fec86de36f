"""`allears demo`, run on the models in the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from allears_tools import cli
from allears_tools.demo.scenes import demo_clips


def test_offline_demo_recognises_most(capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.run(["demo", "--offline", "--json"])
    scenes = json.loads(capsys.readouterr().out)
    assert status == 0
    assert sum(scene["right"] for scene in scenes) >= 0.7 * len(scenes)


def test_own_recording(capsys: pytest.CaptureFixture[str]) -> None:
    (clip,) = [c for c in demo_clips("sr") if c.text == "zdravo kućo"]
    assert cli.run(["demo", str(clip.path), "--profile", "rs"]) == 0
    assert "zdravo kućo" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.wav"], "missing.wav"),
        (["--profile", "xx"], "gb, rs"),
        ([str(Path(__file__)), "--profile", "xx"], "xx"),
        (["--recordings", "missing.tsv", "--offline"], "missing.tsv"),
    ],
)
def test_bad_input(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["demo", *arguments]) == 2
    errors = capsys.readouterr().err
    assert told in errors and "Traceback" not in errors

"""A wake word of one's own against recordings, from the arguments to the report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from allears.errors import AllEarsError
from allears.locate import models_dir
from allears_tools.evaluate import command
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.new_wake import NewWake
from typer.testing import CliRunner

from tests.evaluate.conftest import Recordings


@pytest.fixture
def umbrella(tmp_path: Path) -> Path:
    """The English wake model under another name."""
    folder = tmp_path / "umbrella"
    folder.mkdir()
    shutil.copy(models_dir() / "en" / "wake.tflite", folder)
    manifest = json.loads((models_dir() / "en" / "wake.json").read_text("utf-8"))
    (folder / "wake.json").write_text(json.dumps({**manifest, "wake_word": "umbrella"}), "utf-8")
    return folder


def _run(umbrella: Path, recordings: Recordings, *more: str) -> Any:
    app = typer.Typer()
    app.command()(command.evaluate)
    report = umbrella / "report.json"
    result = CliRunner().invoke(
        app,
        [
            *("--language", "en", "--wake-model", str(umbrella), "--jobs", "1"),
            *("--labels", str(recordings.labels), "--json", str(report), *more),
        ],
    )
    if result.exception:
        raise result.exception
    return json.loads(report.read_text("utf-8"))


def test_its_own_word_is_due_and_the_languages_is_not(
    umbrella: Path, recordings: Recordings, tmp_path: Path
) -> None:
    recordings.add([12000], "umbrella", locale="en", kind="wake")
    recordings.add([12000], "computer", locale="en", kind="wake")
    recordings.add([12000], "one", locale="en")
    recordings.add([12000], "eins", locale="de")
    found = _run(umbrella, recordings, "--clips", str(tmp_path / "clips.tsv"))
    assert (found["wake_word"], found["stage"]) == ("umbrella", "wake")
    assert (found["in_vocabulary_clips"], found["out_of_vocabulary_clips"]) == (1, 2)
    assert (found["none"], found["false_events"]) == (1, 0), "beeps wake nobody"
    assert set(found["models"]) == {"wake.tflite", "wake.json"}
    assert len((tmp_path / "clips.tsv").read_text("utf-8").splitlines()) == 4
    assert _run(umbrella, recordings, "--others")["out_of_vocabulary_clips"] == 3
    with pytest.raises(EvaluationError):
        _run(umbrella, recordings, "--limit-source", "nowhere")


def test_a_folder_without_a_wake_word_is_told(umbrella: Path) -> None:
    (umbrella / "wake.tflite").unlink()
    with pytest.raises(EvaluationError, match=r"no wake\.tflite"):
        NewWake.load(umbrella)
    with pytest.raises(AllEarsError, match=r"Cannot read .*wake\.json"):
        NewWake.load(umbrella.parent / "nowhere")


def test_what_hears_commands_is_refused(umbrella: Path, recordings: Recordings) -> None:
    recordings.add([12000], "umbrella", locale="en", kind="wake")
    with pytest.raises(EvaluationError, match="goes with neither"):
        _run(umbrella, recordings, "--numbers")


def test_the_rest_of_the_language_stays(umbrella: Path) -> None:
    seed = NewWake.load(umbrella).seed("en")
    assert [p.text for p in seed.wake.phrasings] == ["umbrella"]
    assert seed.commands and seed.language == "en"

"""`allears evaluate` from the arguments to the written files, with a fake listener."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from allears.errors import AllEarsError
from allears_tools.evaluate import command
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.listening import profile_for
from typer.testing import CliRunner

from tests.evaluate.conftest import FakeListener, Recordings

FIELDS = (
    "language stage clips right wrong none in_vocabulary_clips out_of_vocabulary_clips "
    "false_events false_per_hour negative_hours by_source by_command confusions skipped "
    "by_speaker right_interval date models latency_s"
).split()


@pytest.fixture
def english(recordings: Recordings, monkeypatch: pytest.MonkeyPatch) -> Recordings:
    monkeypatch.setattr(command, "build_listener", FakeListener)
    monkeypatch.setenv("ALLEARS_INTERPRETER", "")
    recordings.add([4000], "one", locale="en", speaker="anna")
    recordings.add([8000], "one", locale="en", speaker="anna")
    recordings.add([12000], "umbrella", locale="en", kind="other-word")
    recordings.add([20000], "computer", locale="en", kind="wake")
    recordings.add([20000], "sieben", locale="de")
    return recordings


def _run(*arguments: str) -> Any:
    app = typer.Typer()
    app.command()(command.evaluate)
    return CliRunner().invoke(app, ["--jobs", "1", *arguments])


def _failure(result: Any) -> AllEarsError:
    assert isinstance(result.exception, AllEarsError), result.output
    return result.exception


def test_report_picture_and_clips_are_written(english: Recordings, tmp_path: Path) -> None:
    files = {name: tmp_path / "out" / name for name in ("r.json", "c.png", "clips.tsv")}
    result = _run(
        *("--language", "en", "--stage", "commands", "--labels", str(english.labels)),
        *("--json", str(files["r.json"]), "--png", str(files["c.png"])),
        *("--clips", str(files["clips.tsv"])),
    )
    assert result.exit_code == 0, result.output
    assert "Skipped: 1 another language." in result.output
    found = json.loads(files["r.json"].read_text(encoding="utf-8"))
    assert not set(FIELDS) - set(found)
    assert (found["clips"], found["right"], found["wrong"], found["false_events"]) == (4, 1, 1, 1)
    assert set(found["by_source"]["one"]) < set(found)
    assert all(len(digest) == 64 for digest in found["models"].values())
    assert files["c.png"].read_bytes().startswith(b"\x89PNG")
    header, *lines = files["clips.tsv"].read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    assert all(line.count("\t") == header.count("\t") for line in lines)


def test_root_moves_the_recordings(english: Recordings, tmp_path: Path) -> None:
    labels = tmp_path / "elsewhere.tsv"
    english.labels.rename(labels)
    arguments = ("--language", "en", "--labels", str(labels))
    assert _run(*arguments, "--root", str(english.folder)).exit_code == 0
    assert "--root" in _failure(_run(*arguments, "--root", "/nowhere")).remedy


def test_wake(english: Recordings, tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    result = _run(
        *("--language", "en", "--stage", "wake", "--labels", str(english.labels)),
        *("--json", str(report)),
    )
    assert result.exit_code == 0, result.output
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (found["none"], found["out_of_vocabulary_clips"], found["false_events"]) == (1, 3, 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--language", "en", "--stage", "ear"), "no stage 'ear'"),
        (("--language", "xx"), "xx"),
        (("--language", "en", "--interpreter", "abacus"), "abacus"),
    ],
)
def test_bad_arguments_are_explained(
    english: Recordings, arguments: tuple[str, ...], said: str
) -> None:
    failure = _failure(_run(*arguments, "--labels", str(english.labels)))
    assert said in failure.what
    assert failure.remedy


def test_a_language_finds_its_own_profile() -> None:
    assert profile_for("en") == "gb"
    assert profile_for("sr") == "rs"
    with pytest.raises(EvaluationError, match="No device profile has the language 'xx'"):
        profile_for("xx")


@pytest.mark.parametrize("stage", ["commands", "wake"])
def test_the_shipped_models_can_be_evaluated(
    recordings: Recordings, tmp_path: Path, stage: str
) -> None:
    recordings.add([0], "", locale="", kind="noise")
    report = tmp_path / "r.json"
    result = _run(
        *("--language", "en", "--stage", stage, "--labels", str(recordings.labels)),
        *("--json", str(report)),
    )
    assert result.exit_code == 0, result.output
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (found["clips"], found["false_events"]) == (1, 0)
    assert {"ear.tflite", "wake.tflite", "commands.tflite"} <= set(found["models"])

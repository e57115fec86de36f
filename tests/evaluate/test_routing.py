"""Which language is heard: the choice of clips, the counts, the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from allears import Command, Listener
from allears.locate import models_dir
from allears_tools.evaluate import command
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.judging import Truth
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.listening import Hearing
from allears_tools.evaluate.routing import (
    RoutingListener,
    languages_of,
    plan_routing,
    routing_report,
)
from typer.testing import CliRunner

from tests.evaluate.conftest import FakeListener, Recordings


@pytest.fixture
def bilingual(recordings: Recordings) -> Recordings:
    recordings.add([4000], "one", locale="en")
    recordings.add([8000], "two", locale="en")
    recordings.add([4000], "један", locale="sr")
    recordings.add([8000], "umbrella", locale="en", kind="other-word")
    recordings.add([8000], "zwei", locale="de")
    return recordings


def test_languages_are_named_with_a_comma() -> None:
    assert languages_of("en, sr") == ("en", "sr")
    for wrong in ("en", "en,en", ","):
        with pytest.raises(EvaluationError, match="names no two languages"):
            languages_of(wrong)


def test_clips_with_an_event_due_are_chosen(bilingual: Recordings) -> None:
    clips = read_labels(bilingual.labels)
    planned = plan_routing(clips, "commands", ("en", "sr"), "all", frozenset())
    assert [(clip.language, truth.expected) for clip, truth in planned.judged] == [
        ("en", "digit_1"),
        ("en", "digit_2"),
        ("sr", "digit_1"),
    ]
    assert planned.skipped["no event due"] == 1
    english = [clip for clip in clips if clip.language == "en"]
    assert len(plan_routing(english, "commands", ("en", "sr"), "all", frozenset()).judged) == 2
    with pytest.raises(EvaluationError, match="No clip of hu, sr"):
        plan_routing(english, "commands", ("hu", "sr"), "all", frozenset())


def test_counts(bilingual: Recordings) -> None:
    one, two, jedan, *_ = read_labels(bilingual.labels)
    first, second = Truth(expected="digit_1"), Truth(expected="digit_2")
    hearings = [
        Hearing(one, first, ("digit_1",), ("en",)),
        Hearing(two, second, ("digit_1",), ("en",)),
        Hearing(two, second, ("digit_2",), ("sr",)),
        Hearing(jedan, first, ("digit_1",), ("sr",)),
        Hearing(jedan, first, ()),
    ]
    found = routing_report(
        hearings, plan_routing([one], "commands", ("en",), "all", frozenset()).skipped
    )
    assert (found["clips"], found["none"]) == (5, 1)
    assert (found["language_right"], found["language_wrong"], found["event_right"]) == (3, 1, 2)
    assert found["language_rate"] == 0.75
    assert found["by_language"]["en"]["language_rate"] == pytest.approx(2 / 3)
    assert found["language_rate_mean"] == pytest.approx((2 / 3 + 1) / 2)
    assert set(found["by_source"]) == {"en/one", "sr/one"}


class TwoLanguages(FakeListener):
    """Takes a digit_1 for Serbian and everything else for English."""

    def _fire(self):
        return [
            Command(e.time_s, e.score, "sr" if e.id == "digit_1" else "en", e.id)
            for e in super()._fire()
        ]


def test_the_command_line(bilingual: Recordings, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(command, "RoutingListener", lambda languages, models: TwoLanguages)
    app = typer.Typer()
    app.command()(command.evaluate)
    report, clips = tmp_path / "r.json", tmp_path / "clips.tsv"
    arguments = ["--routing", "en,sr", "--labels", str(bilingual.labels), "--jobs", "1"]
    result = CliRunner().invoke(app, [*arguments, "--json", str(report), "--clips", str(clips)])
    assert result.exit_code == 0, result.output
    found = json.loads(report.read_text())
    assert (found["language_right"], found["language_wrong"]) == (2, 1)
    assert found["languages"] == ["en", "sr"] and found["stage"] == "commands"
    assert {"en/wake.tflite", "sr/commands.tflite"} <= set(found["models"])
    assert "\tsr\t" in clips.read_text()


@pytest.mark.parametrize("stage", ["commands", "wake"])
def test_the_shipped_models_listen_together(stage: str) -> None:
    listener = RoutingListener(("en", "sr"), models_dir())("", "en,sr", stage)
    assert isinstance(listener, Listener)
    assert [entry.language for entry in listener.profile.languages] == ["en", "sr"]
    assert listener.feed(bytes(64000)) == []

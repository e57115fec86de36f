"""`allears test` on the C runtime of this machine: reports, and the same as `allears evaluate`."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from allears_tools import cli
from allears_tools.demo.scenes import demo_clips
from allears_tools.firmware.library import why_not_built

pytestmark = pytest.mark.skipif(bool(why_not_built()), reason=why_not_built())

CLIPS = 12


@pytest.fixture
def report(labels: Callable[[int], Path], tmp_path: Path) -> dict[str, Any]:
    """The JSON report of a test of a dozen clips; the other reports lie beside it."""
    files = ["--json", "report.json", "--junit", "report.xml", "--html", "report.html"]
    files = [name if name.startswith("--") else str(tmp_path / name) for name in files]
    arguments = ["test", "--port", "posix", "--profile", "gb", "--labels", str(labels(CLIPS))]
    assert cli.run([*arguments, "--clips", str(CLIPS), *files]) == 0
    return json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))


def test_a_test_tells_what_was_heard(report: dict[str, Any], tmp_path: Path) -> None:
    assert report["clips"] == CLIPS and report["wake_missed"] == 0
    assert report["commands"]["right"] >= 3
    assert report["disagreeing"] == [] and report["passed"]
    assert [check["name"] for check in report["acceptance"]] == ["latency_ms"]
    cases = list(ElementTree.parse(tmp_path / "report.xml").iter("testcase"))
    assert len(cases) == CLIPS + 1
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Confusion matrix" in page and "http" not in page.replace("http://www.w3.org", "")
    failed = [clip for clip in report["outcomes"] if clip["result"] not in ("right", "quiet")]
    assert page.count("data:audio/flac") == page.count("data:image/png") == len(failed)


@pytest.mark.parametrize("stage", ["commands", "wake"])
def test_evaluate_hears_the_same(
    stage: str, report: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLEARS_KERNELS", "reference")
    wake = next(c.path for c in demo_clips() if c.path.name == report["wake_recordings"]["en"])
    heard, labels = tmp_path / "heard.tsv", tmp_path / "labels.tsv"
    arguments = ["evaluate", "--language", "en", "--labels", str(labels), "--stage", stage]
    arguments += ["--after-wake", str(wake)] if stage == "commands" else []
    assert cli.run([*arguments, "--jobs", "1", "--clips", str(heard)]) == 0
    with heard.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    evaluated = {row["path"]: row["heard"] for row in rows}
    kind = "wake" if stage == "wake" else "command"
    for clip in (clip for clip in report["outcomes"] if clip["stage"] == stage):
        told = [event["id"] for event in clip["events"] if event["kind"] == kind][:1]
        told = ["wake"] if stage == "wake" and told else told
        assert " ".join(told) == evaluated[clip["clip"]]


def test_commands_are_said_by_espeak(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("espeakng_loader", reason="needs the extra [train]")
    arguments = ["test", "--port", "posix", "--profile", "rs", "--speak", "--clips", "4"]
    assert cli.run([*arguments, "--json", str(tmp_path / "report.json")]) == 0
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {clip["source"] for clip in found["outcomes"]} == {"synthetic-espeak"}
    assert "4 of 4 clips" in capsys.readouterr().out


def test_demands_that_are_missed_fail_the_run(
    labels: Callable[[int], Path], tmp_path: Path
) -> None:
    text = (Path(__file__).parents[2] / "device_profiles/gb.yaml").read_text(encoding="utf-8")
    profile = tmp_path / "hasty.yaml"
    profile.write_text(text.replace("latency_ms: 300", "latency_ms: 1"), encoding="utf-8")
    arguments = ["test", "--port", "posix", "--profile", str(profile)]
    assert cli.run([*arguments, "--labels", str(labels(9)), "--clips", "6"]) == 1


def test_bad_input(labels: Callable[[int], Path], capsys: pytest.CaptureFixture[str]) -> None:
    both = ["test", "--port", "posix", "--profile", "gb", "--speak", "--labels", "x.tsv"]
    assert cli.run(both) == cli.USAGE_ERROR
    assert "exclude" in capsys.readouterr().err
    missing = ["test", "--port", "posix", "--profile", "gb", "--labels", "nowhere.tsv"]
    assert cli.run(missing) == cli.USAGE_ERROR
    assert "nowhere.tsv" in capsys.readouterr().err
    assert cli.run(["test", "--port", "tcp:x", "--profile", "gb"]) == cli.USAGE_ERROR
    assert "no port" in capsys.readouterr().err

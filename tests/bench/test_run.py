"""A whole run, short, on the shipped models."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from allears_tools.bench import audio, memory
from allears_tools.bench.command import write_json
from allears_tools.bench.figure import draw_costs
from allears_tools.bench.run import run_bench
from allears_tools.bench.table import show
from rich.console import Console


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return run_bench("gb", "en", seconds=2, passes=1, pairs=1)


def test_every_stage_and_the_pipeline_have_figures(result: dict[str, Any]) -> None:
    assert list(result["stages"]) == ["vad", "features", "wake", "ear", "head"]
    assert list(result["pipeline"]) == ["always_on", "listening"]
    for cost in (*result["stages"].values(), *result["pipeline"].values()):
        assert cost["cpu_s_per_s"] > 0
        assert 0 < cost["p50_ms"] <= cost["p99_ms"]


def test_sizes_and_memory_are_there(result: dict[str, Any]) -> None:
    assert set(result["model_bytes"]) >= {"ear.tflite", "en/wake.tflite", "en/commands.tflite"}
    peaks = result["peak_memory_bytes"]
    assert peaks["python+numpy"] < peaks["always_on"] < 1024**3


def test_the_peer_is_measured_in_turns(result: dict[str, Any]) -> None:
    pytest.importorskip("pymicro_wakeword", reason="pymicro-wakeword is not installed")
    assert result["peer"]["ratios"] == [result["peer"]["always_on_over_peer"]]


def test_a_run_without_the_peer_says_so(result: dict[str, Any]) -> None:
    console = Console(record=True, width=100)
    show({**result, "peer": None}, console)
    assert "no comparison" in console.export_text()


def test_a_run_is_written_and_drawn(result: dict[str, Any], tmp_path: Path) -> None:
    write_json(result, tmp_path / "new/host.json")
    draw_costs(result, tmp_path / "new/host.png")
    assert json.loads((tmp_path / "new/host.json").read_text()) == result
    assert (tmp_path / "new/host.png").read_bytes().startswith(b"\x89PNG")


def test_the_terminal_shows_the_ratio(result: dict[str, Any]) -> None:
    console = Console(record=True, width=100)
    show(result, console)
    text = console.export_text()
    assert "always_on" in text and "Peak memory" in text


def test_audio_is_made_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "_SOURCES", ())
    made = audio.bench_audio(1.5)
    assert made.samples.dtype == np.int16 and len(made.samples) == 24000
    assert made.origin.startswith("made:")
    assert np.array_equal(made.samples, audio.bench_audio(1.5).samples)


def test_a_failing_process_is_not_hidden() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        memory.peak_bytes("always_on", "no such profile", "en")

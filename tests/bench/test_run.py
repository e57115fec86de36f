"""A whole run, short, on the shipped models."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert", reason="the native core's models need the extra [native]")

from allears.errors import AllEarsError
from allears_tools.bench import audio, run
from allears_tools.bench.command import write_json
from allears_tools.bench.compare import compare, read_report
from allears_tools.bench.fresh import fresh_process
from allears_tools.bench.jobs import MODES
from allears_tools.bench.page import render_page
from allears_tools.bench.peers import peer_jobs
from allears_tools.bench.table import show, show_verdicts
from allears_tools.cli import run as run_cli
from rich.console import Console

PYTHON_STAGES = ["voice activity", "front end", "wake en", "ear", "commands en"]


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return run.run_bench(["gb", "th"], seconds=2, rounds=2)


def test_every_interpreter_has_stages_and_listeners(result: dict[str, Any]) -> None:
    profile = result["profiles"]["gb"]
    assert set(profile["interpreters"]) == set(result["interpreters"]) != set()
    for name in result["interpreters"]:
        assert list(profile["stages"][name]) == PYTHON_STAGES
        assert tuple(profile["interpreters"][name]) == MODES
        for cost in (*profile["stages"][name].values(), *profile["interpreters"][name].values()):
            assert cost["cpu_s_per_s"] > 0
            assert 0 < cost["p50_ms"] <= cost["p99_ms"] <= cost["p999_ms"]


def test_profileslacking_models_are_listed(result: dict[str, Any]) -> None:
    listed = {**result["without_models"], **result["profiles"]}
    assert set(listed) == {"gb", "th"}


def test_sizes_memory_and_cold_start_are_there(result: dict[str, Any]) -> None:
    profile = result["profiles"]["gb"]
    assert set(profile["bytes"]) >= {"ear.tflite", "en/wake.tflite", "en/commands.tflite"}
    baseline = result["fresh"]["python+numpy"]["peak_memory_bytes"]
    for found in profile["fresh"].values():
        assert baseline < found["peak_memory_bytes"] < 2**30
        assert found["cold_start_ms"] > 0


def test_events_come_after_their_phrases(result: dict[str, Any]) -> None:
    for found in result["profiles"]["gb"]["phrase_to_event"].values():
        assert 0 < found["right"] <= found["clips"]
        assert found["median_ms"] <= found["p90_ms"] < 2000


def test_peers_are_measured_in_the_same_rounds(result: dict[str, Any]) -> None:
    pytest.importorskip("pymicro_wakeword", reason="pymicro-wakeword is not installed")
    peers = result["peers"]
    assert {"pymicro-wakeword, 1 word", "pymicro-wakeword, 4 words", "webrtcvad"} <= set(peers)
    ours = result["always_on_as_peers"]["litert"]["rounds"]
    theirs = peers["webrtcvad"]["rounds"]
    found = result["ratios"]["litert always_on (10 ms) / webrtcvad"]
    assert found["median"] == pytest.approx(np.median(np.array(ours) / np.array(theirs)))


def test_a_peer_that_is_given_by_file_is_measured() -> None:
    from allears.locate import models_dir

    samples = audio.syllabic_noise(32000)
    jobs, missing = peer_jobs(samples, models_dir() / "en" / "wake.tflite")
    (given,) = [job for job in jobs if job.name.startswith("MLPerf")]
    given.step(given.chunks[0])
    assert not any(reason.startswith("MLPerf") for reason in missing)


def test_a_run_is_written_and_shown(result: dict[str, Any], tmp_path: Path) -> None:
    write_json(result, tmp_path / "new/host.json")
    assert read_report(tmp_path / "new/host.json", run.FORMAT) == result
    console = Console(record=True, width=160)
    show(result, console)
    text = console.export_text()
    assert "always_on" in text and "end of phrase to event" in text and "at most 0.5" in text


def test_the_page_needs_nothing_else(result: dict[str, Any]) -> None:
    page = render_page(result)
    assert page.count("<svg") == 3
    assert "http-equiv" not in page and "<script" not in page and "src=" not in page


def test_a_run_equals_itself_and_a_slower_one_is_told(result: dict[str, Any]) -> None:
    slower = copy.deepcopy(result)
    cost = slower["profiles"]["gb"]["interpreters"]["litert"]["always_on"]
    cost["rounds"] = [10 * value for value in cost["rounds"]]
    assert {verdict.verdict for verdict in compare(result, result)} == {"same"}
    told = {verdict.figure: verdict.verdict for verdict in compare(slower, result)}
    assert [figure for figure in told if told[figure] != "same"] == ["gb litert always_on"]
    assert told["gb litert always_on"] == "slower"
    assert {v.verdict for v in compare(result, slower)} == {"same", "faster"}
    console = Console(record=True, width=100)
    show_verdicts(compare(slower, result), console)
    assert "slower" in console.export_text()


def test_another_machine_s_speed_is_no_change(result: dict[str, Any]) -> None:
    faster = copy.deepcopy(result)
    for profile in faster["profiles"].values():
        profile["anchor_rounds"] = [value / 3 for value in profile["anchor_rounds"]]
        for kind in ("interpreters", "stages"):
            for costs in profile[kind].values():
                for cost in costs.values():
                    cost["rounds"] = [value / 3 for value in cost["rounds"]]
    assert {verdict.verdict for verdict in compare(faster, result)} == {"same"}


@pytest.mark.parametrize("content", [None, "no json", "[]", '{"format": 1}'])
def test_what_is_no_report_is_told(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(AllEarsError, match=r"old\.json"):
        read_report(path, run.FORMAT)
    assert run_cli(["bench", "--compare", str(path)]) == 2


def test_only_profileslacking_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "lacking_models", lambda profile: ["xx"])
    with pytest.raises(AllEarsError, match="no models for gb"):
        run.run_bench(["gb"])


def test_all_profiles_start_with_the_one_beside_peers() -> None:
    assert run.all_profiles()[0] == "gb"
    assert len(run.all_profiles()) >= 23


def test_audio_is_made_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "_SOURCES", ())
    made = audio.bench_audio(1.5)
    assert made.samples.dtype == np.int16 and len(made.samples) == 24000
    assert made.origin.startswith("made:")
    assert np.array_equal(made.samples, audio.bench_audio(1.5).samples)


def test_a_process_that_fails_has_no_figures() -> None:
    assert fresh_process("litert", "no such profile") is None


def test_a_report_is_plain_data(result: dict[str, Any]) -> None:
    assert json.loads(json.dumps(result)) == result

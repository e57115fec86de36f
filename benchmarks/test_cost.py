"""What the runtime costs here: `make bench`, or ``pytest benchmarks --benchmark-enable``.

Each stage and the pipeline go through pytest-benchmark; the whole report, with pymicro-wakeword in
turns with us, is written to results/<interpreter>.json and .png, and the targets are checked on it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from allears.interpreter import interpreter_name
from allears_tools.bench.audio import bench_audio
from allears_tools.bench.command import write_json
from allears_tools.bench.figure import LISTENING_TARGET_CPU_S_PER_S, draw_costs
from allears_tools.bench.jobs import pipeline_jobs, stage_jobs
from allears_tools.bench.measure import Job
from allears_tools.bench.run import run_bench

PROFILE, LANGUAGE = "gb", "en"
AUDIO_S = float(os.environ.get("ALLEARS_BENCH_SECONDS", "60"))
RESULTS = Path(os.environ.get("ALLEARS_BENCH_RESULTS", Path(__file__).parent / "results"))
NAMES = ("vad", "features", "wake", "ear", "head", "always_on", "listening")


@pytest.fixture(scope="session")
def jobs() -> dict[str, Job]:
    """Everything measured, by name."""
    samples = bench_audio(AUDIO_S).samples
    every = [*stage_jobs(samples, LANGUAGE), *pipeline_jobs(samples, PROFILE, LANGUAGE)]
    return {job.name: job for job in every}


@pytest.fixture(scope="session")
def result() -> dict[str, Any]:
    """The whole report, written to RESULTS."""
    found = run_bench(PROFILE, LANGUAGE, AUDIO_S)
    stem = RESULTS / interpreter_name()
    write_json(found, stem.with_suffix(".json"))
    draw_costs(found, stem.with_suffix(".png"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_audio_goes_through(benchmark: Any, jobs: dict[str, Job], name: str) -> None:
    """Time one pass over all the audio."""
    job = jobs[name]

    def one_pass() -> None:
        for chunk in job.chunks:
            job.step(chunk)

    benchmark.extra_info.update(audio_s=job.audio_s, chunk_ms=job.chunk_ms)
    benchmark.pedantic(one_pass, setup=job.prepare, rounds=5)


def test_always_on_costs_no_more_than_pymicro_wakeword(result: dict[str, Any]) -> None:
    if not result["peer"]:
        pytest.skip("pymicro-wakeword is not installed")
    assert result["peer"]["always_on_over_peer"] <= 1.0


def test_listening_keeps_to_its_target(result: dict[str, Any]) -> None:
    cost, host = result["pipeline"]["listening"]["cpu_s_per_s_best"], result["host"]
    busy = host["load_1min"] is not None and host["load_1min"] > 2 * host["cores"]
    if cost > LISTENING_TARGET_CPU_S_PER_S and busy:
        pytest.skip(f"{cost:.4f} CPU s/s at load {host['load_1min']} on {host['cores']} cores")
    assert cost <= LISTENING_TARGET_CPU_S_PER_S

"""What the runtime costs here: `make bench`, or ``pytest benchmarks --benchmark-enable``.

Each profile's listeners go through pytest-benchmark on every interpreter; the whole report, with
the stages, and with peers in turns with us, is written to docs/benchmarks, and the targets are
checked on it. $MLPERF_MODEL may name MLPerf Tiny's streaming wake-word model.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from allears import Profile
from allears_tools.bench.audio import bench_audio
from allears_tools.bench.command import write_json
from allears_tools.bench.jobs import MODES, pipeline_job
from allears_tools.bench.page import render_page
from allears_tools.bench.run import (
    all_profiles,
    available_interpreters,
    lacking_models,
    run_bench,
)

from benchmarks.results import RESULTS

AUDIO_S = float(os.environ.get("ALLEARS_BENCH_SECONDS", "20"))
INTERPRETERS, ABSENT = available_interpreters()


@pytest.fixture(scope="session")
def result() -> dict[str, Any]:
    """The whole report, written to RESULTS."""
    model = os.environ.get("MLPERF_MODEL")
    found = run_bench(all_profiles(), AUDIO_S, mlperf_model=Path(model) if model else None)
    write_json(found, RESULTS / "host.json")
    (RESULTS / "host.html").write_text(render_page(found), encoding="utf-8")
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("code", all_profiles())
def test_audio_goes_through(benchmark: Any, code: str, interpreter: str, mode: str) -> None:
    """Time one pass over all the audio."""
    profile = Profile.load(code)
    if lacking := lacking_models(profile):
        pytest.skip(f"{code}: no models for {', '.join(lacking)}")
    job = pipeline_job(bench_audio(AUDIO_S).samples, profile, interpreter, mode)

    def one_pass() -> None:
        for chunk in job.chunks:
            job.step(chunk)

    benchmark.extra_info.update(audio_s=job.audio_s, chunk_ms=job.chunk_ms)
    benchmark.pedantic(one_pass, setup=job.prepare, rounds=5)


def test_targets_are_met(result: dict[str, Any]) -> None:
    missed = [f"{t['target']}: {t['value']:.3g}" for t in result["targets"] if not t["met"]]
    assert not missed


def test_every_profile_is_measured_or_listed(result: dict[str, Any]) -> None:
    assert {*result["profiles"], *result["without_models"]} == {*all_profiles()}

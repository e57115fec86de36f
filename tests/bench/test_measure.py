"""How costs are measured, on jobs whose cost is known."""

from __future__ import annotations

import time

import numpy as np
import pytest
from allears_tools.bench.jobs import blocks
from allears_tools.bench.measure import Job, cpu_pass, latency_pass, measure, ratios


def _spin(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def _job(cost_s: float, chunks: int = 20) -> Job:
    return Job("spin", lambda _: _spin(cost_s), range(chunks), chunk_ms=10)


def test_processor_time_is_a_second_of_audio() -> None:
    assert cpu_pass(_job(0.001)) == pytest.approx(0.1, rel=0.3)


def test_sleeping_costs_no_processor_time() -> None:
    job = Job("sleep", lambda _: time.sleep(0.002), range(5), chunk_ms=10)
    assert cpu_pass(job) < 0.1
    assert min(latency_pass(job)) >= 2.0


def test_each_pass_is_prepared_outside_the_measurement() -> None:
    prepared = []
    job = Job("x", lambda _: None, range(100), 10, lambda: prepared.append(_spin(0.01)))
    cost = measure(job, passes=2)
    assert len(prepared) == 4  # for processor time and for latency
    assert cost.cpu_s_per_s < 0.005
    assert cost.p50_ms <= cost.p99_ms


def test_ratios_are_ours_over_theirs() -> None:
    found = ratios(_job(0.002), _job(0.001), pairs=3)
    assert len(found) == 3
    assert sorted(found)[1] == pytest.approx(2.0, rel=0.3)


def test_audio_is_cut_in_whole_chunks() -> None:
    samples = np.arange(1000, dtype=np.int16)
    chunks = blocks(samples, 30)
    assert [len(chunk) for chunk in chunks] == [960, 960]
    assert b"".join(chunks) == samples[:960].tobytes()

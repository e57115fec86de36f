"""How costs are measured, on jobs whose cost is known."""

from __future__ import annotations

import time

import numpy as np
import pytest
from allears_tools.bench.jobs import blocks
from allears_tools.bench.measure import Job, cpu_pass, latency_pass, measure, ratio


def _spin(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def _job(cost_s: float, chunks: int = 20) -> Job:
    return Job("spin", lambda _: _spin(cost_s), range(chunks), chunk_ms=10)


def test_processor_time_is_a_second_of_audio() -> None:
    assert cpu_pass(_job(0.001)) == pytest.approx(0.1, rel=0.3)


def test_sleeping_is_wall_time_and_no_computing() -> None:
    job = Job("sleep", lambda _: time.sleep(0.002), range(5), chunk_ms=10)
    assert cpu_pass(job) < 0.1
    wall_ms, computing_ms = np.array(latency_pass(job)).T
    assert wall_ms.min() >= 2.0
    assert computing_ms.max() < 2.0


def test_each_pass_is_prepared_outside_the_measurement() -> None:
    prepared = []
    job = Job("x", lambda _: None, range(100), 10, lambda: prepared.append(_spin(0.01)))
    (cost,) = measure([job], rounds=2)
    assert len(prepared) == 4  # for processor time and for latency
    assert cost.cpu_s_per_s < 0.005
    assert cost.p50_ms <= cost.p99_ms <= cost.p999_ms <= cost.max_ms
    assert cost.computing_p99_ms <= cost.computing_p999_ms
    assert (cost.calls, len(cost.rounds)) == (200, 2)


def test_jobs_take_turns() -> None:
    turns: list[str] = []
    first = Job("a", lambda _: None, range(1), 10, lambda: turns.append("a"))
    second = Job("b", lambda _: None, range(1), 10, lambda: turns.append("b"))
    measure([first, second], rounds=2)
    assert turns == ["a", "a", "b", "b"] * 2


def test_ratios_are_ours_over_theirs_round_by_round() -> None:
    ours, theirs = measure([_job(0.002), _job(0.001)], rounds=3)
    found = ratio(ours, theirs)
    assert found.median == pytest.approx(2.0, rel=0.3)
    assert found.low <= found.median <= found.high


def test_audio_is_cut_in_whole_chunks() -> None:
    samples = np.arange(1000, dtype=np.int16)
    chunks = blocks(samples, 30)
    assert [len(chunk) for chunk in chunks] == [960, 960]
    assert b"".join(chunks) == samples[:960].tobytes()

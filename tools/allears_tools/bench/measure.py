"""Measures things that take audio chunk by chunk: latency a call and processor time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np


@dataclass(frozen=True)
class Job:
    """A thing to measure: `step` is called with each of `chunks`, each worth `chunk_ms` of audio.

    `prepare` is called before each pass, outside the measurement.
    """

    name: str
    step: Callable[[Any], Any]
    chunks: Sequence[Any]
    chunk_ms: int
    prepare: Callable[[], Any] = lambda: None

    @property
    def audio_s(self) -> float:
        """Audio in one pass."""
        return len(self.chunks) * self.chunk_ms / 1000


@dataclass(frozen=True)
class Cost:
    """What a job costs.

    ``cpu_s_per_s`` is processor seconds a second of audio, the median of the ``rounds``, and
    ``cpu_s_per_s_best`` the least: what other work on the machine adds is least in that one.
    Latencies are wall time of one call over all rounds: other work on the machine is in them.
    ``computing_…`` is the processor time of one call, in which it is not.
    """

    chunk_ms: int
    cpu_s_per_s: float
    cpu_s_per_s_best: float
    p50_ms: float
    p99_ms: float
    p999_ms: float
    max_ms: float
    computing_p99_ms: float
    computing_p999_ms: float
    calls: int
    rounds: list[float]
    """Processor seconds a second of audio, a round."""


class Ratio(NamedTuple):
    """One cost over another, round by round: the median, and the middle half of the rounds."""

    median: float
    low: float
    high: float


def measure(
    jobs: Sequence[Job], rounds: int = 5, tell: Callable[[], None] = lambda: None
) -> list[Cost]:
    """Measure jobs in turns: in each round every job takes one pass, so that a busy or throttling
    machine slows all alike.

    Args:
        rounds: processor time and the latency of calls are taken in passes of their own.
        tell: called after each job of each round.
    """
    cpu: list[list[float]] = [[] for _ in jobs]
    calls_ms: list[list[tuple[float, float]]] = [[] for _ in jobs]
    for _ in range(rounds):
        for place, job in enumerate(jobs):
            cpu[place].append(cpu_pass(job))
            calls_ms[place] += latency_pass(job)
            tell()
    return [_cost(job, cpu[place], calls_ms[place]) for place, job in enumerate(jobs)]


def _cost(job: Job, cpu: list[float], calls_ms: list[tuple[float, float]]) -> Cost:
    wall_ms, computing_ms = np.array(calls_ms).T
    p50, p99, p999 = np.percentile(wall_ms, [50, 99, 99.9])
    computing_p99, computing_p999 = np.percentile(computing_ms, [99, 99.9])
    return Cost(
        chunk_ms=job.chunk_ms,
        cpu_s_per_s=float(np.median(cpu)),
        cpu_s_per_s_best=min(cpu),
        p50_ms=float(p50),
        p99_ms=float(p99),
        p999_ms=float(p999),
        max_ms=float(wall_ms.max()),
        computing_p99_ms=float(computing_p99),
        computing_p999_ms=float(computing_p999),
        calls=len(calls_ms),
        rounds=cpu,
    )


def ratio(ours: Cost, theirs: Cost) -> Ratio:
    """Return one cost over another that was measured in the same rounds."""
    found = np.array(ours.rounds) / np.array(theirs.rounds)
    low, median, high = np.percentile(found, [25, 50, 75])
    return Ratio(float(median), float(low), float(high))


def cpu_pass(job: Job) -> float:
    """Run a job over all its audio once; return processor seconds a second of audio."""
    job.prepare()
    step = job.step
    start = time.process_time()
    for chunk in job.chunks:
        step(chunk)
    return (time.process_time() - start) / job.audio_s


def latency_pass(job: Job) -> list[tuple[float, float]]:
    """Run a job over all its audio once; return wall and processor time of each call, in ms."""
    job.prepare()
    step, wall, computing = job.step, time.perf_counter_ns, time.thread_time_ns
    calls_ms = []
    for chunk in job.chunks:
        computing_start = computing()
        wall_start = wall()
        step(chunk)
        wall_end = wall()
        calls_ms.append(((wall_end - wall_start) / 1e6, (computing() - computing_start) / 1e6))
    return calls_ms

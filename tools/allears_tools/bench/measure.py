"""Measures a thing that takes audio chunk by chunk: latency a call and processor time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any


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

    ``cpu_s_per_s`` is processor seconds a second of audio, the median of the passes, and
    ``cpu_s_per_s_best`` the least: what other work on the machine adds is least in that one.
    Latencies are wall time of one call, over all passes.
    """

    chunk_ms: int
    cpu_s_per_s: float
    cpu_s_per_s_best: float
    p50_ms: float
    p99_ms: float


def measure(job: Job, passes: int = 5) -> Cost:
    """Measure a job: processor time in passes of their own, then each call's latency."""
    cpu_s_per_s = [cpu_pass(job) for _ in range(passes)]
    calls_ms = sorted(duration for _ in range(passes) for duration in latency_pass(job))
    return Cost(
        chunk_ms=job.chunk_ms,
        cpu_s_per_s=median(cpu_s_per_s),
        cpu_s_per_s_best=min(cpu_s_per_s),
        p50_ms=median(calls_ms),
        p99_ms=quantiles(calls_ms, n=100)[98],
    )


def cpu_pass(job: Job) -> float:
    """Run a job over all its audio once; return processor seconds a second of audio."""
    job.prepare()
    step = job.step
    start = time.process_time()
    for chunk in job.chunks:
        step(chunk)
    return (time.process_time() - start) / job.audio_s


def latency_pass(job: Job) -> list[float]:
    """Run a job over all its audio once; return the wall time of each call, in ms."""
    job.prepare()
    step, clock = job.step, time.perf_counter_ns
    calls_ms = []
    for chunk in job.chunks:
        start = clock()
        step(chunk)
        calls_ms.append((clock() - start) / 1e6)
    return calls_ms


def ratios(ours: Job, theirs: Job, pairs: int = 5) -> list[float]:
    """Return our processor time over theirs, pair by pair, measured in turns (A B A B).

    In turns, because a busy or throttling machine then slows both alike.
    """
    return [cpu_pass(ours) / cpu_pass(theirs) for _ in range(pairs)]

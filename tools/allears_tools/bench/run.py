"""One benchmark run: measures everything and returns it as plain data."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from allears.locate import models_dir

from allears_tools.bench import memory
from allears_tools.bench.audio import bench_audio
from allears_tools.bench.jobs import CHUNK_MS, Samples, peer_job, pipeline_jobs, stage_jobs
from allears_tools.bench.measure import measure, ratios
from allears_tools.evaluate.provenance import provenance

_VERSIONS_OF = (
    "numpy",
    "ai-edge-litert",
    "tflite-runtime",
    "pymicro-features",
    "pymicro-wakeword",
)


def run_bench(
    profile: str,
    language: str,
    seconds: float = 60.0,
    passes: int = 5,
    pairs: int = 5,
    progress: Callable[[str], None] = lambda what: None,
) -> dict[str, Any]:
    """Measure stages, pipeline, peer, sizes and memory.

    Args:
        seconds: audio a pass.
        passes: passes a figure; the median is kept.
        pairs: turns of always-on and peer; the median of their ratios is kept.
        progress: told what is measured next.
    """
    audio = bench_audio(seconds)
    stages = stage_jobs(audio.samples, language)
    pipeline = pipeline_jobs(audio.samples, profile, language)
    costs: dict[str, Any] = {}
    for job in (*stages, *pipeline):
        progress(job.name)
        costs[job.name] = asdict(measure(job, passes))
    progress("pymicro-wakeword")
    return {
        **provenance(language),
        "profile": profile,
        "language": language,
        "audio": {"seconds": seconds, "origin": audio.origin},
        "host": _host(),
        "stages": {job.name: costs[job.name] for job in stages},
        "pipeline": {job.name: costs[job.name] for job in pipeline},
        "peer": _against_peer(audio.samples, profile, language, passes, pairs),
        "model_bytes": _model_bytes(language),
        "peak_memory_bytes": _peak_memory(profile, language, progress),
    }


def _against_peer(
    samples: Samples, profile: str, language: str, passes: int, pairs: int
) -> dict[str, Any] | None:
    always_on, _ = pipeline_jobs(samples, profile, language, CHUNK_MS)
    try:
        peer = peer_job(samples)
    except ImportError:
        return None  # an extra of developers: the report says that it was not there
    found = ratios(always_on, peer, pairs)
    return {
        "name": peer.name,
        **asdict(measure(peer, passes)),
        "always_on_cpu_s_per_s": measure(always_on, passes).cpu_s_per_s,
        "always_on_over_peer": median(found),
        "ratios": found,
    }


def _peak_memory(
    profile: str, language: str, progress: Callable[[str], None]
) -> dict[str, int | None]:
    peaks: dict[str, int | None] = {}
    for kind in memory.KINDS:
        progress(f"memory of {kind}")
        try:
            peaks[kind] = memory.peak_bytes(kind, profile, language)
        except subprocess.CalledProcessError:
            peaks[kind] = None
    return peaks


def _model_bytes(language: str) -> dict[str, int]:
    folder = models_dir()
    files = (folder / "ear.tflite", *sorted((folder / language).glob("*.tflite")))
    return {str(file.relative_to(folder)): file.stat().st_size for file in files}


def _host() -> dict[str, Any]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_1min": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: found for name in _VERSIONS_OF if (found := _version(name))},
    }


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()

"""Jobs in, clips in the cache: parallel, with progress, safe to interrupt and to resume."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from allears_tools.speech.cache import ShardWriter, SpeechCache
from allears_tools.speech.engines import engine
from allears_tools.speech.errors import SpeechError, VoicesMissing
from allears_tools.speech.request import Job

_BATCH_S = 10.0
"""Work handed to a process at once; an interruption loses none of it, see `cache`."""
_CLIPS_PER_S = {"kokoro": 3.5, "piper": 2.0, "flite": 30.0, "espeak": 400.0}
"""Rough, on one core: only sizes the batches."""


def missing(jobs: Iterable[Job], cache: SpeechCache) -> list[Job]:
    """Jobs whose clips are not in the cache, in their order, each clip once."""
    todo: dict[str, Job] = {}
    for job in jobs:
        key = job.request.key(engine(job.request.engine).version)
        if key not in cache:
            todo.setdefault(key, job)
    return list(todo.values())


def synthesise(
    jobs: Iterable[Job],
    cache: SpeechCache,
    *,
    processes: int = 1,
    seconds: float | None = None,
    console: Console | None = None,
) -> int:
    """Make every clip that is not in the cache.

    Args:
        jobs: what to make, most wanted first.
        cache: where clips go; refreshed at the end.
        processes: how many work at once, each on one thread.
        seconds: stop after about this long; the next call goes on from there.
        console: where progress is shown.

    Returns:
        Number of clips made. Requests that an engine refuses are shown and passed over.
    """
    todo = missing(jobs, cache)
    deadline = None if seconds is None else time.time() + seconds
    made = 0
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("synthesising", total=len(todo))
        for count, refused in _results(list(_batches(todo)), cache.folder, processes, deadline):
            made += count
            progress.advance(bar, count + len(refused))
            for reason in refused:
                progress.console.print(f"[yellow]passed over:[/] {reason}")
    cache.refresh()
    return made


def _results(
    batches: list[list[Job]], folder: Path, processes: int, deadline: float | None
) -> Iterator[tuple[int, list[str]]]:
    if processes == 1:
        if not batches:
            return
        writer = ShardWriter(folder)
        try:
            for batch in batches:
                yield _make(batch, writer, deadline)
        finally:
            writer.close()
        return
    import joblib

    parallel = joblib.Parallel(n_jobs=processes, return_as="generator_unordered")
    yield from parallel(joblib.delayed(_make_in_worker)(b, folder, deadline) for b in batches)


def _make_in_worker(
    batch: list[Job], folder: Path, deadline: float | None
) -> tuple[int, list[str]]:
    if deadline is not None and time.time() > deadline:
        return 0, []
    writer = ShardWriter(folder)
    try:
        return _make(batch, writer, deadline)
    finally:
        writer.close()


def _make(batch: list[Job], writer: ShardWriter, deadline: float | None) -> tuple[int, list[str]]:
    made, refused = 0, []
    for job in batch:
        if deadline is not None and time.time() > deadline:
            break
        speaker = engine(job.request.engine)
        try:
            samples = speaker.speak(job.request)
        except VoicesMissing:
            raise
        except SpeechError as error:
            refused.append(f"{job.request.language} '{job.request.text}': {error}")
            continue
        writer.add(job, speaker.version, samples, speaker.pronounce(job.request))
        made += 1
    return made, refused


def _batches(jobs: list[Job]) -> Iterator[list[Job]]:
    batch: list[Job] = []
    cost_s = 0.0
    for job in jobs:
        batch.append(job)
        cost_s += 1.0 / _CLIPS_PER_S.get(job.request.engine, 1.0)
        if cost_s >= _BATCH_S:
            yield batch
            batch, cost_s = [], 0.0
    if batch:
        yield batch

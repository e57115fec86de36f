"""The things measured: each stage alone, the pipeline, and pymicro-wakeword."""

from __future__ import annotations

from typing import Any

import allears
import numpy as np
from allears.commands import load_head
from allears.contract import (
    EAR_STRIDE_FRAMES,
    FEATURE_STEP_MS,
    SAMPLE_RATE_HZ,
    WAKE_STRIDE_FRAMES,
)
from allears.ear import load_ear
from allears.features import FeatureExtractor
from allears.locate import models_dir
from allears.pipeline import BLOCK_MS
from allears.vad import VoiceActivity
from allears.wake import load_detector
from numpy.typing import NDArray

from allears_tools.bench.measure import Job

Samples = NDArray[np.int16]
CHUNK_MS = 10
"""Audio handed over at once where we are compared: pymicro-wakeword's README has it so."""


def blocks(samples: Samples, chunk_ms: int = CHUNK_MS) -> list[bytes]:
    """Cut audio into int16 chunks."""
    data = samples.tobytes()
    size = SAMPLE_RATE_HZ * chunk_ms // 1000 * 2
    return [data[at : at + size] for at in range(0, len(data) - size + 1, size)]


def stage_jobs(samples: Samples, language: str) -> list[Job]:
    """Return a job for each stage, fed with what the stage before it gave."""
    chunks = blocks(samples)
    vad, front_end = VoiceActivity(), FeatureExtractor()
    wake = load_detector(models_dir() / language / "wake.json")
    ear = load_ear(models_dir() / "ear.tflite")
    head = load_head(models_dir() / language)
    frames = [frame for chunk in chunks if (frame := front_end.step(chunk))]
    wake_steps = _joined(frames, WAKE_STRIDE_FRAMES)
    ear_steps = _joined(frames, EAR_STRIDE_FRAMES)
    embeddings = [ear.step(step).copy() for step in ear_steps]
    wake_ms, ear_ms = (
        WAKE_STRIDE_FRAMES * FEATURE_STEP_MS,
        EAR_STRIDE_FRAMES * FEATURE_STEP_MS,
    )
    return [
        Job("vad", vad.is_speech, blocks(samples, BLOCK_MS), BLOCK_MS, vad.reset),
        Job("features", front_end.step, chunks, CHUNK_MS, front_end.reset),
        Job("wake", wake.step, wake_steps, wake_ms, wake.reset),
        Job("ear", ear.step, ear_steps, ear_ms, ear.reset),
        Job("head", head.step, embeddings, ear_ms, head.reset),
    ]


def pipeline_jobs(
    samples: Samples, profile: str, language: str, chunk_ms: int = BLOCK_MS
) -> list[Job]:
    """Return the whole pipeline, waiting for the wake word and listening for commands.

    It works once in BLOCK_MS, so that in smaller chunks most calls only wait.
    """
    chunks = blocks(samples, chunk_ms)
    waiting = allears.Listener(profile, language=language)
    listening = allears.Listener(profile, language=language, assume_wake=True)
    return [
        Job("always_on", waiting.feed, chunks, chunk_ms, waiting.reset),
        Job("listening", listening.feed, chunks, chunk_ms, listening.reset),
    ]


def peer_job(samples: Samples) -> Job:
    """Return pymicro-wakeword with one bundled model, fed as its README does.

    Raises:
        ImportError: it is not installed.
    """
    from allears_tools.bench.peer import PEER_MODEL, MicroWakeWordPeer

    peer = MicroWakeWordPeer()
    name = f"pymicro-wakeword {PEER_MODEL}"
    return Job(name, peer.feed, blocks(samples), CHUNK_MS, peer.reset)


def _joined(frames: list[list[float]], stride: int) -> list[Any]:
    """Join each `stride` frames to one flat list, as the pipeline hands them on."""
    whole = len(frames) - len(frames) % stride
    return [
        [value for frame in frames[at : at + stride] for value in frame]
        for at in range(0, whole, stride)
    ]

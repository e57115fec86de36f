"""Our side of what is measured: each stage alone, and whole listeners."""

from __future__ import annotations

from typing import Any

import numpy as np
from allears import Listener, Profile
from allears.commands import load_head
from allears.contract import EAR_STRIDE_FRAMES, FEATURE_STEP_MS, SAMPLE_RATE_HZ, WAKE_STRIDE_FRAMES
from allears.ear import load_ear
from allears.features import FeatureExtractor
from allears.interpreter import NATIVE, chosen_interpreter
from allears.languages import wake_folder
from allears.locate import models_dir
from allears.pipeline import BLOCK_MS
from allears.vad import VoiceActivity
from allears.wake import load_detector
from numpy.typing import NDArray

from allears_tools.bench.measure import Job

Samples = NDArray[np.int16]

CHUNK_MS = 20
"""Audio handed to a listener at once."""

PEER_CHUNK_MS = 10
"""Audio handed over at once where we are compared: pymicro-wakeword's README has it so."""

MODES = ("always_on", "listening")
WAKE_MS = WAKE_STRIDE_FRAMES * FEATURE_STEP_MS
EAR_MS = EAR_STRIDE_FRAMES * FEATURE_STEP_MS


def blocks(samples: Samples, chunk_ms: int) -> list[bytes]:
    """Cut audio into int16 chunks."""
    data = samples.tobytes()
    size = SAMPLE_RATE_HZ * chunk_ms // 1000 * 2
    return [data[at : at + size] for at in range(0, len(data) - size + 1, size)]


def stage_jobs(samples: Samples, profile: Profile, interpreter: str) -> list[Job]:
    """Return a job for each stage, fed with what the stage before it gave.

    A profile's languages have a wake stage each, but for shared wake words, and a commands stage.
    """
    if interpreter == NATIVE:
        from allears_tools.bench.native_stages import native_stage_jobs

        return native_stage_jobs(samples, profile)
    with chosen_interpreter(interpreter):
        return _python_stage_jobs(samples, profile)


def _python_stage_jobs(samples: Samples, profile: Profile) -> list[Job]:
    models = models_dir()
    steps = blocks(samples, FEATURE_STEP_MS)
    vad, front_end, ear = VoiceActivity(), FeatureExtractor(), load_ear(models / "ear.tflite")
    frames = [frame for step in steps if (frame := front_end.step(step))]
    ear_steps = _joined(frames, EAR_STRIDE_FRAMES)
    embeddings = [ear.step(step).copy() for step in ear_steps]
    jobs = [
        Job("voice activity", vad.is_speech, blocks(samples, BLOCK_MS), BLOCK_MS, vad.reset),
        Job("front end", front_end.step, steps, FEATURE_STEP_MS, front_end.reset),
    ]
    for folder in wake_folders(profile):
        wake = load_detector(folder / "wake.json")
        fed = _joined(frames, WAKE_STRIDE_FRAMES)
        jobs.append(Job(f"wake {folder.name}", wake.step, fed, WAKE_MS, wake.reset))
    jobs.append(Job("ear", ear.step, ear_steps, EAR_MS, ear.reset))
    for entry in profile.languages:
        head = load_head(models / entry.language)
        jobs.append(Job(f"commands {entry.language}", head.step, embeddings, EAR_MS, head.reset))
    return jobs


def wake_folders(profile: Profile) -> list[Any]:
    """Return the folders of the wake models that a profile listens with, each once."""
    found = [wake_folder(profile, entry, models_dir()) for entry in profile.languages]
    return list(dict.fromkeys(found))


def pipeline_job(
    samples: Samples, profile: Profile, interpreter: str, mode: str, chunk_ms: int = CHUNK_MS
) -> Job:
    """Return a whole listener, waiting for the wake word or listening for commands."""
    listener = Listener(profile, interpreter=interpreter, assume_wake=mode == "listening")
    name = f"{interpreter} {mode}"
    return Job(name, listener.feed, blocks(samples, chunk_ms), chunk_ms, listener.reset)


def _joined(frames: list[list[float]], stride: int) -> list[list[float]]:
    """Join each `stride` frames to one flat list, as the pipeline hands them on."""
    whole = len(frames) - len(frames) % stride
    return [
        [value for frame in frames[at : at + stride] for value in frame]
        for at in range(0, whole, stride)
    ]

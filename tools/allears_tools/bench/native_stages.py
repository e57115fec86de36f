"""The C runtime's stages one by one, each through one or two calls by ctypes."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
from allears import Profile
from allears.contract import FEATURE_CHANNELS, FEATURE_STEP_MS
from allears.features import FeatureExtractor, quantize
from allears.locate import models_dir
from allears.native.memory import AlignedBytes
from allears.native.programs import program_of
from allears.pipeline import BLOCK_MS
from allears.wake import load_manifest

from allears_tools.bench.jobs import EAR_MS, WAKE_MS, Samples, blocks, wake_folders
from allears_tools.bench.measure import Job
from allears_tools.firmware.library import load_library
from allears_tools.firmware.program import NativeProgram

_VAD_AGGRESSIVENESS = 1


def native_stage_jobs(samples: Samples, profile: Profile) -> list[Job]:
    """Return a job for each stage, as ``jobs.stage_jobs``.

    Raises:
        BuildError: the checkout's C runtime cannot be built.
    """
    frames = quantize(FeatureExtractor().feed(samples))
    ear = _Program(models_dir() / "ear.tflite")
    ear_steps = _steps(frames, EAR_MS)
    embeddings = [ear.output_of(step) for step in ear_steps]
    jobs = [_voice_activity(samples), _front_end(samples)]
    for folder in wake_folders(profile):
        wake = _Program(folder / load_manifest(folder / "wake.json").model)
        fed = _steps(frames, WAKE_MS)
        jobs.append(Job(f"wake {folder.name}", wake.step, fed, WAKE_MS, wake.reset))
    jobs.append(Job("ear", ear.step, ear_steps, EAR_MS, ear.reset))
    for entry in profile.languages:
        head = _Program(models_dir() / entry.language / "commands.tflite")
        jobs.append(Job(f"commands {entry.language}", head.step, embeddings, EAR_MS, head.reset))
    return jobs


class _Program:
    """A model's program, called with as little of Python around it as can be."""

    def __init__(self, path: Path) -> None:
        self._program = NativeProgram(program_of(path))
        self.reset = self._program.reset
        self.step = self._program.stepper()

    def output_of(self, values: bytes) -> bytes:
        return self._program.run(np.frombuffer(values, np.int8)).tobytes()


def _steps(frames: np.ndarray, step_ms: int) -> list[bytes]:
    stride = step_ms // FEATURE_STEP_MS
    return [frames[at : at + stride].tobytes() for at in range(0, len(frames) - stride + 1, stride)]


def _voice_activity(samples: Samples) -> Job:
    library = load_library()
    memory = AlignedBytes(library.ae_vad_bytes())
    step = library.ae_vad_is_speech
    return Job(
        "voice activity",
        lambda block: step(memory.address, block),
        blocks(samples, BLOCK_MS),
        BLOCK_MS,
        lambda: library.ae_vad_reset(memory.address, ctypes.c_int(_VAD_AGGRESSIVENESS)),
    )


def _front_end(samples: Samples) -> Job:
    library = load_library()
    memory = AlignedBytes(library.ae_frontend_bytes())
    frame = AlignedBytes(FEATURE_CHANNELS)
    step = library.ae_frontend_step
    return Job(
        "front end",
        lambda block: step(memory.address, block, frame.address),
        blocks(samples, FEATURE_STEP_MS),
        FEATURE_STEP_MS,
        lambda: library.ae_frontend_reset(memory.address),
    )

"""Other people's engines, fed as their documentation says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pymicro_features import MicroFrontend

from allears_tools.bench.jobs import PEER_CHUNK_MS, Samples, blocks
from allears_tools.bench.measure import Job

MICRO_WAKE_WORD = "pymicro-wakeword, 1 word"
"""The peer that we are measured against."""

_MICRO_WORDS = ("okay_nabu", "hey_jarvis", "hey_mycroft", "alexa")
"""Its bundled models, first the one that its README names."""

_OPEN_WAKE_WORD_MS = 80
_MLPERF_STRIDE_MS = 32
"""Stride of the features of MLPerf Tiny's streaming wake word (mlcommons/tiny, str_ww_util.py)."""


def peer_jobs(samples: Samples, mlperf_model: Path | None = None) -> tuple[list[Job], list[str]]:
    """Return a job a peer, and for each that cannot be measured why.

    Args:
        mlperf_model: MLPerf Tiny's streaming wake-word model (`str_ww_ref_model.tflite`).
    """
    makers: dict[str, Callable[[], Job]] = {
        MICRO_WAKE_WORD: lambda: _micro_wake_word(samples, 1),
        "pymicro-wakeword, 4 words": lambda: _micro_wake_word(samples, 4),
        "openWakeWord, 1 word": lambda: _open_wake_word(samples),
        "webrtcvad": lambda: _voice_activity(samples),
        "pymicro-features": lambda: anchor_job(samples),
    }
    if mlperf_model:
        makers["MLPerf Tiny streaming wake word"] = lambda: _mlperf(samples, mlperf_model)
    jobs, missing = [], []
    for name, make in makers.items():
        try:
            jobs.append(make())
        except ImportError as fault:
            missing.append(f"{name}: {fault.name or fault} is not installed")
    if not mlperf_model:
        missing.append("MLPerf Tiny streaming wake word: no model was given (--mlperf-model)")
    return jobs, missing


def _micro_wake_word(samples: Samples, words: int) -> Job:
    from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

    heard = [MicroWakeWord.from_builtin(Model(name)) for name in _MICRO_WORDS[:words]]
    front_end = MicroWakeWordFeatures()

    def feed(audio: bytes) -> int:
        fired = 0
        for features in front_end.process_streaming(audio):
            for word in heard:
                fired += bool(word.process_streaming(features))
        return fired

    def reset() -> None:
        front_end.reset()
        for word in heard:
            word.reset()

    name = f"pymicro-wakeword, {words} word{'s' * (words > 1)}"
    return Job(name, feed, blocks(samples, PEER_CHUNK_MS), PEER_CHUNK_MS, reset)


def _open_wake_word(samples: Samples) -> Job:
    """openWakeWord's models in pyopen-wakeword, which brings them."""
    from pyopen_wakeword import Model, OpenWakeWord, OpenWakeWordFeatures

    word = OpenWakeWord.from_builtin(Model.OKAY_NABU)
    front_end = OpenWakeWordFeatures.from_builtin()

    def feed(audio: bytes) -> float:
        return max(
            (
                p
                for found in front_end.process_streaming(audio)
                for p in word.process_streaming(found)
            ),
            default=0.0,
        )

    chunks = blocks(samples, _OPEN_WAKE_WORD_MS)
    feed(chunks[0])  # fills the eight seconds that it starts with
    return Job("openWakeWord, 1 word", feed, chunks, _OPEN_WAKE_WORD_MS)


def _voice_activity(samples: Samples) -> Job:
    import webrtcvad
    from allears.contract import SAMPLE_RATE_HZ

    vad = webrtcvad.Vad(1)
    chunks = blocks(samples, PEER_CHUNK_MS)
    return Job("webrtcvad", lambda a: vad.is_speech(a, SAMPLE_RATE_HZ), chunks, PEER_CHUNK_MS)


def anchor_job(samples: Samples) -> Job:
    """What other costs are divided by when runs are compared: pymicro-features, which is always
    there, and whose code is nobody's here."""
    step = MicroFrontend().process_samples
    return Job("pymicro-features", step, blocks(samples, PEER_CHUNK_MS), PEER_CHUNK_MS)


def _mlperf(samples: Samples, path: Path) -> Job:
    """The model alone, without its front end, on noise: it costs the same on any input."""
    from allears.interpreter import Model

    model = Model.load(path)
    count = len(samples) * 1000 // 16000 // _MLPERF_STRIDE_MS
    random = np.random.default_rng(1)
    low, high = (-128, 128) if model.input_dtype == np.int8 else (0, 2)
    inputs: list[Any] = [
        random.integers(low, high, model.input_shape).astype(model.input_dtype) for _ in range(16)
    ]
    chunks = [inputs[i % len(inputs)] for i in range(count)]
    return Job("MLPerf Tiny streaming wake word", model.run, chunks, _MLPERF_STRIDE_MS)

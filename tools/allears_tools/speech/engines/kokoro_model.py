"""Kokoro's network: whole in onnxruntime, or half of it in bfloat16 where that is faster."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from allears_tools.processor import multiplies_bfloat16
from allears_tools.speech.engines.onnx_file import FLOAT, INT64, OnnxFile, output_request

_DURATIONS = "/encoder/Gather_output_0"
"""Tensor inside the model: frames spent on each token."""
_FRAMES = "/encoder/MatMul_1_output_0"
_PITCH = "/encoder/Reshape_output_0"
_LOUDNESS = "/encoder/Reshape_1_output_0"
_BUZZ = "/decoder/decoder/generator/Squeeze_output_0"


class Model(Protocol):
    """Symbols and a style to sound."""

    def __call__(
        self, tokens: np.ndarray, style: np.ndarray, speed: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Samples, float32 [600 n] at 24 kHz, and the frames of each token, int64 [tokens].

        tokens is int64 [tokens], style float32 [256]; a frame is 600 samples.
        """


def open_model(path: Path) -> Model:
    """The fastest that this machine can run; what they say differs by no more than rounding."""
    if find_spec("torch") is not None and multiplies_bfloat16():
        return FastModel(path)
    return PlainModel(path)


class PlainModel:
    """All of it on bytes."""

    def __init__(self, path: Path) -> None:
        self._session = _session(path.read_bytes() + output_request(_DURATIONS))

    def __call__(
        self, tokens: np.ndarray, style: np.ndarray, speed: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """See `Model`."""
        audio, durations = self._session.run(["audio", _DURATIONS], _inputs(tokens, style, speed))
        return np.ravel(audio), durations


class FastModel:
    """Four times as fast: the second half is `Decoder`."""

    _outputs = ((_FRAMES, FLOAT), (_PITCH, FLOAT), (_LOUDNESS, FLOAT), (_BUZZ, FLOAT))

    def __init__(self, path: Path) -> None:
        from allears_tools.speech.engines.kokoro_decoder import Decoder

        model = OnnxFile(path)
        self._session = _session(model.part([*self._outputs, (_DURATIONS, INT64)]))
        self._decoder = Decoder(model)

    def __call__(
        self, tokens: np.ndarray, style: np.ndarray, speed: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """See `Model`."""
        names = [name for name, _ in self._outputs]
        frames, pitch, loudness, buzz, durations = self._session.run(
            [*names, _DURATIONS], _inputs(tokens, style, speed)
        )
        frames = np.ascontiguousarray(frames[0].T)
        samples = self._decoder(frames, pitch[0], loudness[0], np.ravel(buzz), style)
        return samples, durations


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _inputs(tokens: np.ndarray, style: np.ndarray, speed: float) -> dict[str, np.ndarray]:
    return {
        "tokens": tokens[None],
        "style": style[None],
        "speed": np.array([speed], np.float32),
    }

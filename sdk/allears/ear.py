"""The ear: features to embeddings, shared by all languages; runs only while listening."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from allears.contract import EAR_EMBEDDING, EAR_STRIDE_FRAMES, FEATURE_CHANNELS
from allears.errors import ModelError
from allears.features import quantize_to_bytes
from allears.interpreter import Model, StreamingModel

INPUT_SHAPE = (1, EAR_STRIDE_FRAMES, FEATURE_CHANNELS)
OUTPUT_SHAPE = (1, EAR_EMBEDDING)
STEP_VALUES = EAR_STRIDE_FRAMES * FEATURE_CHANNELS


class Ear:
    """The ear in one stream: int8 ``[1, 4, 40]`` in, int8 ``[1, 128]`` out, each 40 ms."""

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._input_bytes = bytearray(math.prod(INPUT_SHAPE))
        self._input = np.frombuffer(self._input_bytes, np.int8).reshape(INPUT_SHAPE)

    def step(self, features: list[float]) -> NDArray[np.int8]:
        """Advance by four feature frames (160 values) and return the embedding, ``[1, 128]``."""
        self._input_bytes[:] = quantize_to_bytes(features)
        return self._model.run(self._input)

    def reset(self) -> None:
        """Forget the stream."""
        self._model.reset()


def load_ear(path: Path) -> Ear:
    """Load ``ear.tflite``."""
    model = Model.load(path)
    if model.input_shape != INPUT_SHAPE or model.output_shape != OUTPUT_SHAPE:
        raise ModelError(
            f"{model.name} maps {model.input_shape} to {model.output_shape}; "
            f"an ear maps {INPUT_SHAPE} to {OUTPUT_SHAPE}.",
            "a model made for another stage",
            "Put back ear.tflite (git checkout, or reinstall allears).",
        )
    return Ear(model)

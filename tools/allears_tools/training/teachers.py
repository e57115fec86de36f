"""The two teachers of the ear, each as a function from audio to frame targets.

Google's ``speech_embedding`` (Apache-2.0, from the ``pyopen-wakeword`` wheel) looks 775 ms back
and answers every 80 ms; Whisper-base's encoder (MIT) sees the whole chunk and answers every 20 ms.
Both were trained on real people; the streaming ear inherits that through their outputs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16000
GOOGLE_DIM = 96
WHISPER_DIM = 512


class GoogleEmbedding:
    """speech_embedding on int16-scaled float audio (``FACTS.md`` 1 for the scaling)."""

    def __init__(self, chunk_samples: int) -> None:
        import pyopen_wakeword
        from ai_edge_litert.interpreter import Interpreter

        models = Path(pyopen_wakeword.__file__).parent / "models"
        self._mel: Any = Interpreter(str(models / "melspectrogram.tflite"), num_threads=1)
        self._mel.resize_tensor_input(0, [1, chunk_samples])
        self._mel.allocate_tensors()
        frames = self._mels(np.zeros(chunk_samples, np.float32)).shape[0]
        self._net: Any = Interpreter(str(models / "embedding_model.tflite"), num_threads=1)
        # All windows in one: its convolutions are not padded, so that the answers are the same
        # bit for bit, ten times as fast.
        self._net.resize_tensor_input(0, [1, frames, 32, 1])
        self._net.allocate_tensors()

    def _mels(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        self._mel.set_tensor(self._mel.get_input_details()[0]["index"], samples[None])
        self._mel.invoke()
        out = self._mel.get_tensor(self._mel.get_output_details()[0]["index"])
        return np.asarray(out).squeeze() / 10 + 2

    def __call__(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """int16 [chunk_samples] → float32 [windows, 96]; window j ends at 775 + 80 j ms."""
        mels = self._mels(samples.astype(np.float32))
        index = self._net.get_input_details()[0]["index"]
        self._net.set_tensor(index, mels[None, :, :, None].astype(np.float32))
        self._net.invoke()
        out = self._net.get_tensor(self._net.get_output_details()[0]["index"])
        return np.asarray(out).reshape(-1, GOOGLE_DIM).copy()


class WhisperEncoder:
    """Whisper-base's encoder on chunks shorter than its 30 s."""

    def __init__(self, model_dir: Path) -> None:
        from faster_whisper.feature_extractor import FeatureExtractor

        from allears_tools.training.whisper_encoder import WhisperNetwork

        self._mels = FeatureExtractor()
        self._network = WhisperNetwork(model_dir / "model.bin")

    def __call__(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """int16 [n] → float32 [n / 640, 512]: pairs of 20 ms frames averaged to 40 ms steps."""
        mels = self._mels(samples.astype(np.float32) / 32768)[None, :, : len(samples) // 160]
        out = self._network(np.ascontiguousarray(mels, np.float32))[0]
        return out[: len(out) // 2 * 2].reshape(-1, 2, WHISPER_DIM).mean(axis=1)

"""Piper's English voice "joe" through onnxruntime: kept for tests, never trained on."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import numpy as np

from allears_tools.speech.audio import finish, tempo_for
from allears_tools.speech.request import ClipRequest
from allears_tools.speech.store import require, voices_root

_START, _PAD, _END = "^", "_", "$"
_NOISE, _NOISE_LENGTH = 0.667, 0.8
"""Piper's own defaults for the variation of sound and of rhythm."""


class Piper:
    """One voice, one thread. The same request gives speech that differs in its noise only."""

    version = "piper-joe-1.0.0/1"

    def __init__(self, root: Path | None = None) -> None:
        import onnxruntime

        folder = require("piper", root or voices_root())
        config = json.loads((folder / "en_US-joe-medium.onnx.json").read_text("utf-8"))
        self._ids: dict[str, list[int]] = config["phoneme_id_map"]
        self._rate_hz = int(config["audio"]["sample_rate"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "en_US-joe-medium.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def voices(self) -> list[str]:
        """The one voice."""
        return ["joe"]

    def speak(self, request: ClipRequest) -> np.ndarray:
        """One clip, int16 [n] at 16 kHz."""
        phonemes = [p for p in self.pronounce(request) if p in self._ids]
        ids = list(self._ids[_START])
        for phoneme in phonemes:
            ids += self._ids[_PAD] + self._ids[phoneme]
        ids += self._ids[_PAD] + self._ids[_END]
        length = 1.0 / (request.speed * tempo_for(request.pitch_semitones))
        audio = self._session.run(
            None,
            {
                "input": np.array([ids], np.int64),
                "input_lengths": np.array([len(ids)], np.int64),
                "scales": np.array([_NOISE, length, _NOISE_LENGTH], np.float32),
            },
        )[0]
        return finish(np.ravel(audio), self._rate_hz, request.pitch_semitones)

    def pronounce(self, request: ClipRequest) -> str:
        """IPA without ties, letter and accent apart."""
        from allears_tools.speech.engines import engine
        from allears_tools.speech.engines.espeak import Espeak, closing_mark

        if request.ipa is not None:
            ipa = request.ipa + closing_mark(request.text)
        else:
            espeak = engine("espeak")
            assert isinstance(espeak, Espeak)
            ipa = espeak.ipa(request.text, request.accent or "en-us")
        return unicodedata.normalize("NFD", ipa.replace("^", ""))

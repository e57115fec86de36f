"""CMU flite's English voices through its C libraries: kept for tests, never trained on."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

from allears_tools.speech.audio import finish, tempo_for
from allears_tools.speech.errors import SpeechError
from allears_tools.speech.request import ClipRequest
from allears_tools.speech.store import require, voices_root

_VOICES = {"awb": "cmu_us_awb", "kal": "cmu_us_kal16", "rms": "cmu_us_rms", "slt": "cmu_us_slt"}


class _Wave(ctypes.Structure):
    """cst_wave of flite 2.2."""

    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


class _Voice(ctypes.Structure):
    """First fields of cst_voice."""

    _fields_ = (("name", ctypes.c_char_p), ("features", ctypes.c_void_p))


class Flite:
    """Voices are registered on first use."""

    version = "flite-2.2/1"

    def __init__(self, root: Path | None = None) -> None:
        self._folder = require("flite", root or voices_root()) / "lib"
        # The libraries find each other's symbols only when they are loaded in this order.
        for name in ("libasound.so.2", "libflite.so.1", "libflite_usenglish.so.1"):
            self._load(name)
        self._load("libflite_cmulex.so.1")
        self._flite = self._load("libflite.so.1")
        self._flite.flite_text_to_wave.restype = ctypes.POINTER(_Wave)
        self._flite.flite_text_to_wave.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        self._flite.flite_feat_set_float.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_float,
        ]
        self._flite.delete_wave.argtypes = [ctypes.POINTER(_Wave)]
        self._flite.flite_init()
        self._registered: dict[str, int] = {}

    def voices(self) -> list[str]:
        """Speakers awb, kal, rms, slt."""
        return sorted(_VOICES)

    def speak(self, request: ClipRequest) -> np.ndarray:
        """One clip, int16 [n] at 16 kHz. IPA is not understood: the text is spoken."""
        voice = self._voice(request.voice)
        features = ctypes.cast(voice, ctypes.POINTER(_Voice)).contents.features
        stretch = 1.0 / (request.speed * tempo_for(request.pitch_semitones))
        self._flite.flite_feat_set_float(features, b"duration_stretch", stretch)
        wave = self._flite.flite_text_to_wave(request.text.encode("ascii", "ignore"), voice)
        if not wave:
            return np.zeros(0, np.int16)
        rate_hz, count = wave.contents.sample_rate, wave.contents.num_samples
        samples = np.ctypeslib.as_array(wave.contents.samples, (count,)) / np.float32(32768)
        self._flite.delete_wave(wave)
        return finish(samples, rate_hz, request.pitch_semitones)

    def pronounce(self, request: ClipRequest) -> str:
        """Nothing: flite takes text."""
        return ""

    def _voice(self, name: str) -> int:
        if name not in _VOICES:
            raise SpeechError(
                f"flite has no voice '{name}'",
                "the name is misspelt in a seed or a request",
                "use one of: " + ", ".join(sorted(_VOICES)),
            )
        if name not in self._registered:
            library = self._load(f"libflite_{_VOICES[name]}.so.1")
            register = getattr(library, f"register_{_VOICES[name]}")
            register.restype = ctypes.c_void_p
            register.argtypes = [ctypes.c_char_p]
            self._registered[name] = register(None)
        return self._registered[name]

    def _load(self, name: str) -> ctypes.CDLL:
        path = self._folder / name
        return ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)

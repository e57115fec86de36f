"""Kokoro-82M: neural voices, and any language through IPA."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from allears_tools.speech import japanese, mandarin
from allears_tools.speech.audio import finish, tempo_for
from allears_tools.speech.engines.espeak import closing_mark
from allears_tools.speech.engines.kokoro_model import open_model
from allears_tools.speech.errors import SpeechError
from allears_tools.speech.ipa import to_kokoro
from allears_tools.speech.request import ClipRequest
from allears_tools.speech.store import require, voices_root

_RATE_HZ = 24_000
_STYLE_ROWS = 510
"""A voice is one style vector for each length of the phrase in symbols."""
_STYLE_VALUES = 256
_FRAME_SAMPLES = 600
_ACCENT_OF_PREFIX = {
    "a": "en-us",
    "b": "en-gb",
    "e": "es",
    "f": "fr-fr",
    "h": "hi",
    "i": "it",
    "j": "ja",
    "p": "pt-br",
    "z": "cmn",
}
"""First letter of a voice id: the language it was recorded in."""


class Kokoro:
    """One network on one thread; run several processes for speed."""

    version = "kokoro-82m-v1.0-int8/1"

    def __init__(self, root: Path | None = None) -> None:
        folder = require("kokoro", root or voices_root())
        self._model = open_model(folder / "kokoro-v1.0.int8.onnx")
        vocabulary = json.loads((folder / "vocab.json").read_text("utf-8"))["vocab"]
        self._ids: dict[str, int] = vocabulary
        self._symbols = frozenset(vocabulary)
        self._voices = folder / "voices"
        self._style = lru_cache(maxsize=64)(self._load_style)
        self._list = lru_cache(maxsize=1)(self._speak_list)

    def voices(self) -> list[str]:
        """Ids such as af_heart: language, sex, name."""
        return sorted(p.stem for p in self._voices.glob("*.bin"))

    def speak(self, request: ClipRequest) -> np.ndarray:
        """One clip, int16 [n] at 16 kHz, by a voice or a mix of voices.

        Requests that differ only in which text of `among` they want share one run of the model
        when they come one after the other.
        """
        if request.among:
            first = msgspec.structs.replace(request, text=request.among[0], ipa=None)
            samples = self._list(first)[request.among.index(request.text)]
        else:
            samples, _ = self._run(self.pronounce(request), request)
        return finish(samples, _RATE_HZ, request.pitch_semitones)

    def _speak_list(self, request: ClipRequest) -> list[np.ndarray]:
        spoken = request.among_ipa or (None,) * len(request.among)
        phrases = [
            self.pronounce(msgspec.structs.replace(request, text=text, ipa=ipa))
            for text, ipa in zip(request.among, spoken, strict=True)
        ]
        phrases = [p if closing_mark(p) else p + "." for p in phrases]
        samples, ends = self._run(" ".join(phrases), request)
        cuts = [0]
        at = 0
        for phrase in phrases[:-1]:
            at += len(phrase)
            # Tokens: a silent one first, then one a symbol; the pause is mark and space.
            cuts.append(_quietest(samples, int(ends[at - 1]), int(ends[at + 1])))
            at += 1
        cuts.append(len(samples))
        return [samples[start:end] for start, end in pairwise(cuts)]

    def _run(self, symbols: str, request: ClipRequest) -> tuple[np.ndarray, np.ndarray]:
        """Samples (float32 at 24 kHz) and, for each token, where it ends (samples)."""
        ids = [self._ids[c] for c in symbols[: _STYLE_ROWS - 1]]
        style = self._mix(request.voice)[min(len(ids), _STYLE_ROWS) - 1]
        speed = request.speed * tempo_for(request.pitch_semitones)
        samples, frames = self._model(np.array([0, *ids, 0], np.int64), style, speed)
        return samples, np.cumsum(frames) * _FRAME_SAMPLES

    def pronounce(self, request: ClipRequest) -> str:
        """The symbols that the model is given for a request."""
        from allears_tools.speech.engines import engine
        from allears_tools.speech.engines.espeak import Espeak

        accent = request.accent or native_accent(request.voice)
        if request.ipa is not None:
            ipa = request.ipa + closing_mark(request.text)
        elif accent == "cmn":
            ipa = mandarin.kokoro_symbols(request.text)
        elif accent == "ja" and japanese.is_kana(request.text):
            ipa = japanese.kokoro_symbols(request.text)
        else:
            espeak = engine("espeak")
            assert isinstance(espeak, Espeak)
            ipa = espeak.ipa(request.text, accent)
        symbols = to_kokoro(ipa, accent, self._symbols)[:_STYLE_ROWS]
        if not symbols.strip(" .,!?"):
            raise SpeechError(
                f"nothing to say for '{request.text}' ({request.language})",
                f"espeak-ng's voice '{accent}' gives no pronunciation Kokoro knows",
                "write the phrase's IPA in the seed file",
            )
        return symbols

    def _mix(self, voice: str) -> np.ndarray:
        parts = parse_mix(voice)
        total = sum(parts.values())
        mixed = sum(self._style(name) * (weight / total) for name, weight in parts.items())
        return np.asarray(mixed, np.float32)

    def _load_style(self, name: str) -> np.ndarray:
        path = self._voices / f"{name}.bin"
        if not path.is_file():
            raise SpeechError(
                f"Kokoro has no voice '{name}'",
                "the id is misspelt in a seed or a request",
                "`allears speech voices` lists all ids",
            )
        return np.fromfile(path, np.float32).reshape(_STYLE_ROWS, _STYLE_VALUES)


def parse_mix(voice: str) -> dict[str, float]:
    """Parts of a voice: `af_heart` is {af_heart: 1}, `a:0.6+b:0.4` is {a: 0.6, b: 0.4}."""
    parts: dict[str, float] = {}
    for piece in voice.split("+"):
        name, _, weight = piece.partition(":")
        try:
            parts[name] = float(weight or 1.0)
        except ValueError:
            raise SpeechError(
                f"'{voice}' is no voice mix",
                f"'{weight}' is no weight",
                "write voices and weights like af_heart:0.6+am_onyx:0.4",
            ) from None
    return parts


def native_accent(voice: str) -> str:
    """espeak-ng voice of the language in which a Kokoro voice (or a mix's first) was recorded."""
    return _ACCENT_OF_PREFIX.get(voice[:1], "en-us")


def _quietest(samples: np.ndarray, start: int, end: int) -> int:
    """Middle of the quietest 10 ms between two places."""
    block = _RATE_HZ // 100
    power = np.convolve(samples[start : end + block] ** 2, np.ones(block), "valid")
    return start + int(np.argmin(power)) + block // 2

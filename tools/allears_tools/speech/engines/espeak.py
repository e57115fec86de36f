"""espeak-ng 1.52 through its C library: formant speech, and IPA for the neural engines.

Debian's 1.51 is no substitute: it reads hanzi as English.
"""

from __future__ import annotations

import _ctypes
import atexit
import ctypes
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np

from allears_tools.speech.audio import finish
from allears_tools.speech.errors import SpeechError
from allears_tools.speech.request import ClipRequest

_OUTPUT_SYNCHRONOUS = 2
_UTF8 = 1
_PHONEMES_INSIDE = 0x100
"""[[...]] in the text is read as phoneme names."""
_RATE, _PITCH, _RANGE = 1, 3, 4
_IPA_MODE = 0x02 | 0x80 | (ord("^") << 8)
"""Phonemes as IPA, letters of one sound tied with ^."""
_NATURAL_WORDS_PER_MINUTE = 165
_RATE_LIMITS = (80, 400)
_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)

_ALIASES = {"en-gb": "en", "fr-fr": "fr", "es-es": "es", "zh": "cmn"}
"""Names that the command understands by language, but the library does not by name."""

_ODD_VARIANTS = frozenset(
    "Demonic UniRobot anikaRobot announcer croak fast kaukovalta whisper whisperf Storm Tweaky "
    "robosoft robosoft2 robosoft3 robosoft4 robosoft5 robosoft6 robosoft7 robosoft8 "
    "RicishayMax RicishayMax2 RicishayMax3".split()
) | {"Mr serious"}
"""Whispers, robots and caricatures: nobody at home sounds like them."""


class Espeak:
    """One library handle; voices are `variant` names (f1, m3, klatt2, …), "" the plain voice."""

    def __init__(self) -> None:
        try:
            import espeakng_loader
        except ImportError as error:
            raise SpeechError(
                "espeak-ng cannot be loaded",
                "the package espeakng-loader is not installed",
                "pip install 'allears[train]'",
            ) from error
        self._data = Path(espeakng_loader.get_data_path())
        self._path = str(espeakng_loader.get_library_path())
        languages = self._data / "lang"
        self._files = {
            path.name.casefold(): str(path.relative_to(languages))
            for path in languages.rglob("*")
            if path.is_file()
        }
        self._pcm = bytearray()
        self._callback = _CALLBACK(self._collect)  # kept: C holds only a bare pointer
        self._lib = self._load()
        self.version = f"espeak-ng-{self._lib.espeak_Info(None).decode()}/2"
        self._child: subprocess.Popen[bytes] | None = None

    def voices(self) -> list[str]:
        """Human-sounding variants; each can speak every language."""
        folder = self._data / "voices" / "!v"
        return sorted({p.name for p in folder.iterdir()} - _ODD_VARIANTS)

    def speak(self, request: ClipRequest) -> np.ndarray:
        """One clip; int16 [n] at 16 kHz.

        In a process of its own, because the library crashes on a few requests in ten thousand
        (Vietnamese, variants Andrea, rob and anika).

        Raises:
            SpeechError: no such voice, or the library crashed on this request.
        """
        self._set_voice(request.accent or request.language, _suffix(request))
        if self._child is None or self._child.poll() is not None:
            self._child = _start_child()
        ask, answer = self._child.stdin, self._child.stdout
        assert ask is not None and answer is not None
        try:
            ask.write(msgspec.json.encode(request) + b"\n")
            ask.flush()
            header = answer.readline()
        except BrokenPipeError:
            header = b""
        if not header:
            status = self._child.wait()
            self._child = None
            raise SpeechError(
                f"espeak-ng crashed (status {status}) on '{request.text}', voice "
                f"{request.accent or request.language}+{request.voice}",
                "a fault of the library, with this voice, pitch and speed",
                "go on without this clip, or choose another voice",
            )
        return np.frombuffer(answer.read(int(header)), np.int16).copy()

    def speak_here(self, request: ClipRequest) -> np.ndarray:
        """As `speak`, in this process, which a crash of the library ends."""
        self._reload()
        self._set_voice(request.accent or request.language, _suffix(request))
        low, high = _RATE_LIMITS
        rate = round(min(high, max(low, _NATURAL_WORDS_PER_MINUTE * request.speed)))
        # The library's 0..99 is one octave down to one octave up.
        pitch = round(min(99, max(0, 50 + request.pitch_semitones * 50 / 12)))
        self._lib.espeak_SetParameter(_RATE, rate, 0)
        self._lib.espeak_SetParameter(_PITCH, pitch, 0)
        self._lib.espeak_SetParameter(_RANGE, round(99 * request.intonation), 0)
        self._lib.espeak_ng_SetRandSeed(ctypes.c_long(1))
        mark = closing_mark(request.text)
        text = (f"[[{request.ipa}]]{mark}" if request.ipa else request.text).encode()
        self._pcm = bytearray()
        self._lib.espeak_Synth(text, len(text) + 1, 0, 1, 0, _UTF8 | _PHONEMES_INSIDE, None, None)
        return finish(np.frombuffer(bytes(self._pcm), np.int16) / np.float32(32768), self._rate_hz)

    def pronounce(self, request: ClipRequest) -> str:
        """IPA of what `speak` says, or the phoneme names that it was given."""
        return request.ipa or self.ipa(request.text, request.accent or request.language)

    def ipa(self, text: str, accent: str) -> str:
        """Pronunciation of `text` by the espeak-ng voice `accent`, ties written ^.

        Clauses are joined by commas; a closing `.`, `!` or `?` of the text is kept.
        """
        self._set_voice(accent)
        pointer = ctypes.c_char_p(text.encode())
        clauses = []
        while pointer.value:
            piece = self._lib.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF8, _IPA_MODE)
            if piece:
                clauses.append(piece.decode().strip())
        return ", ".join(c for c in clauses if c) + closing_mark(text)

    def _set_voice(self, language: str, variant: str = "") -> None:
        name = _ALIASES.get(language, language)
        # By its file a voice is set at once; by its name, a fresh library reads every voice first,
        # which takes longer than a word does to speak.
        voice = self._files.get(name.casefold(), name)
        known = not variant or (self._data / "voices" / "!v" / variant[1:]).is_file()
        if not known or self._lib.espeak_SetVoiceByName((voice + variant).encode()):
            raise SpeechError(
                f"espeak-ng has no voice '{name + variant}'",
                "the language or the variant is misspelt in a seed or a request",
                "see `espeak-ng --voices` and `espeak-ng --voices=variant`",
            )

    def _collect(self, wav: ctypes._Pointer, count: int, _events: int | None) -> int:
        if count > 0:
            self._pcm += ctypes.string_at(wav, 2 * count)
        return 0

    def _load(self) -> ctypes.CDLL:
        library = ctypes.CDLL(self._path)
        self._rate_hz = library.espeak_Initialize(
            _OUTPUT_SYNCHRONOUS, 500, str(self._data).encode(), 0
        )
        if self._rate_hz <= 0:
            raise SpeechError(
                "espeak-ng did not start",
                f"its data folder is not usable: {self._data}",
                "reinstall espeakng-loader",
            )
        library.espeak_Info.restype = ctypes.c_char_p
        library.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        library.espeak_TextToPhonemes.argtypes = [
            ctypes.POINTER(ctypes.c_char_p),
            ctypes.c_int,
            ctypes.c_int,
        ]
        library.espeak_SetSynthCallback(self._callback)
        return library

    def _reload(self) -> None:
        """Forget the last clip: the library's oscillators run on from one to the next, so that
        only a fresh copy of it (0.4 ms) speaks the same request the same way twice."""
        self._lib.espeak_Terminate()
        handle = self._lib._handle
        del self._lib
        _ctypes.dlclose(handle)
        self._lib = self._load()


def closing_mark(text: str) -> str:
    """The closing `.`, `!` or `?` of a text, or nothing."""
    return text[-1] if text and text[-1] in ".!?" else ""


def _suffix(request: ClipRequest) -> str:
    return f"+{request.voice}" if request.voice else ""


def _start_child() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    atexit.register(child.kill)
    return child


def serve() -> None:
    """What the child does: a request a line in, a clip's length in bytes and its samples out."""
    espeak = Espeak()
    for line in sys.stdin.buffer:
        samples = espeak.speak_here(msgspec.json.decode(line, type=ClipRequest)).tobytes()
        sys.stdout.buffer.write(b"%d\n" % len(samples) + samples)
        sys.stdout.buffer.flush()

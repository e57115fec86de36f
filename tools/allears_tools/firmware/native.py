"""The C runtime's listener, as the Python one is used."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
from allears import Profile
from allears.events import Command, Event, Wake
from allears.languages import wake_folder
from allears.locate import models_dir
from allears.profile import ProfileLanguage
from allears.wake import load_manifest
from numpy.typing import NDArray

from allears_tools.compiling import compile_model
from allears_tools.firmware.errors import CheckError
from allears_tools.firmware.library import load_library
from allears_tools.firmware.program import STATUSES, AlignedBytes
from allears_tools.packing.sections import command_rule, listening_rule, wake_rule

_MAX_LANGUAGES = 4
_NO_NUMBER = -1
_WAKE = 1
_ASSUME_WAKE, _WAKE_ONLY = 1, 2
_RULE_HEADER_BYTES = 16


class _Bytes(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("bytes", ctypes.c_uint32)]


class _Language(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_char * 7),
        ("wake_word", ctypes.c_char * 49),
        ("wake", _Bytes),
        ("wake_limit", ctypes.c_uint32),
        ("wake_window_steps", ctypes.c_uint16),
        ("smoothing_steps", ctypes.c_uint16),
        ("refractory_ms", ctypes.c_uint16),
        ("listen_timeout_ms", ctypes.c_uint16),
        ("command_count", ctypes.c_uint16),
        ("commands", _Bytes),
        ("command", ctypes.c_void_p),
    ]


class _Models(ctypes.Structure):
    _fields_ = [
        ("follow_up_ms", ctypes.c_uint32),
        ("preroll_ms", ctypes.c_uint32),
        ("extend_ms", ctypes.c_uint32),
        ("vad_aggressiveness", ctypes.c_uint32),
        ("number_gap_ms", ctypes.c_uint32),
        ("number_hold_off_ms", ctypes.c_uint32),
        ("ear", _Bytes),
        ("language_count", ctypes.c_uint32),
        ("language", _Language * _MAX_LANGUAGES),
    ]


class _Memory(ctypes.Structure):
    _fields_ = [("total", ctypes.c_uint32), ("always_on", ctypes.c_uint32)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("time_ms", ctypes.c_uint32),
        ("score", ctypes.c_uint16),
        ("score_full", ctypes.c_uint16),
        ("kind", ctypes.c_uint8),
        ("language", ctypes.c_uint8),
        ("command", ctypes.c_uint16),
        ("number", ctypes.c_int32),
    ]


class NativeListener:
    """Waits for the wake word, then for commands, in C.

    Args:
        profile: a profile, its country code ("gb"), or its path.
        assume_wake: as of ``allears.Listener``.
        wake_only: as of ``allears.Listener``.
        models: folder of the models, instead of the installed ones.

    Raises:
        AllEarsError: profile or models are missing or broken, cannot be compiled, or C refuses
            them.
    """

    def __init__(
        self,
        profile: Profile | str,
        *,
        assume_wake: bool = False,
        wake_only: bool = False,
        models: Path | None = None,
    ) -> None:
        self.profile = profile if isinstance(profile, Profile) else Profile.load(profile)
        self._folder = models or models_dir()
        self._library = load_library()
        self._library.allears_feed.restype = ctypes.c_size_t
        self._held: list[AlignedBytes] = []
        self._ids: list[list[str]] = []
        self._wake_words: list[str] = []
        options = _ASSUME_WAKE * assume_wake + _WAKE_ONLY * wake_only
        described = self._describe()
        sizes = _Memory()
        self._check(
            self._library.allears_sizes(ctypes.byref(described), options, ctypes.byref(sizes))
        )
        self.memory_bytes: int = sizes.total
        self.always_on_bytes: int = sizes.always_on
        self._memory = AlignedBytes(sizes.total)
        self._listener = ctypes.c_void_p()
        self._check(
            self._library.allears_init(
                self._memory.address,
                ctypes.c_size_t(sizes.total),
                ctypes.byref(described),
                options,
                ctypes.byref(self._listener),
            )
        )

    def feed(self, samples: NDArray[np.int16]) -> list[Event]:
        """Take in mono 16 kHz int16 ``[n]`` and return the events it completes."""
        samples = np.ascontiguousarray(samples, np.int16)
        found: list[Event] = []
        taken = 0
        while taken < len(samples):
            rest = samples[taken:]
            taken += self._library.allears_feed(
                self._listener, ctypes.c_void_p(rest.ctypes.data), ctypes.c_size_t(len(rest))
            )
            found += self._events()
        return found

    def finish(self) -> list[Event]:
        """Return the events still due at the end of the stream, and get ready for a new one."""
        found: list[Event] = []
        while not self._library.allears_finish(self._listener):
            found += self._events()
        return found + self._events()

    def reset(self) -> None:
        """Forget the stream."""
        self._library.allears_reset(self._listener)

    def _events(self) -> list[Event]:
        found: list[Event] = []
        event = _Event()
        while self._library.allears_next_event(self._listener, ctypes.byref(event)):
            time_s, score = event.time_ms / 1000, event.score / event.score_full
            language = self.profile.languages[event.language].language
            if event.kind == _WAKE:
                found.append(Wake(time_s, score, language, self._wake_words[event.language]))
            else:
                id = self._ids[event.language][event.command]
                number = None if event.number == _NO_NUMBER else event.number
                found.append(Command(time_s, score, language, id, number))
        return found

    def _describe(self) -> _Models:
        rule = listening_rule(self.profile)
        described = _Models(*rule)
        described.ear = self._compiled(self._folder / "ear.tflite")
        described.language_count = len(self.profile.languages)
        if len(self.profile.languages) > _MAX_LANGUAGES:
            raise CheckError(f"The C runtime takes {_MAX_LANGUAGES} languages at most.")
        wake_words: dict[Path, str] = {}
        for place, entry in enumerate(self.profile.languages):
            self._describe_language(described.language[place], entry, wake_words)
        return described

    def _describe_language(
        self, language: Any, entry: ProfileLanguage, wake_words: dict[Path, str]
    ) -> None:
        language.code = entry.language.encode()
        folder = wake_folder(self.profile, entry, self._folder)
        if folder not in wake_words:
            wake = wake_rule(entry, folder)
            wake_words[folder] = entry.wake_words[0]
            language.wake_limit, language.wake_window_steps = wake.limit, wake.window_steps
            language.wake = self._compiled(folder / load_manifest(folder / "wake.json").model)
        self._wake_words.append(wake_words[folder])
        language.wake_word = wake_words[folder].encode()
        commands = command_rule(self.profile, entry, self._folder / entry.language)
        self._ids.append([known.id for known in commands.classes])
        language.command_count = len(commands.classes)
        language.smoothing_steps = commands.smoothing_frames
        language.refractory_ms = commands.refractory_ms
        language.listen_timeout_ms = commands.listen_timeout_ms
        language.commands = self._compiled(self._folder / entry.language / "commands.tflite")
        language.command = self._hold(commands.encode()[_RULE_HEADER_BYTES:]).data

    def _compiled(self, path: Path) -> _Bytes:
        return self._hold(compile_model(path.read_bytes(), str(path)))

    def _hold(self, content: bytes) -> _Bytes:
        held = AlignedBytes(content)
        self._held.append(held)
        return _Bytes(held.address, len(content))

    def _check(self, status: int) -> None:
        if status:
            raise CheckError(f"The C runtime refuses the models: {STATUSES[status]}.")

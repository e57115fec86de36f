"""The C runtime's listener behind the interface of the Python one."""

from __future__ import annotations

import ctypes
import weakref
from pathlib import Path
from typing import Any, TypeAlias

from numpy.typing import NDArray

from allears.commands import HeadManifest
from allears.datafile import load_data
from allears.errors import ModelError, ProfileError
from allears.events import Command, Event, Wake
from allears.languages import (
    check_head,
    check_verifier,
    check_wake_word,
    choose_entries,
    require_models,
    wake_folder,
)
from allears.link_contract import RULE_HEADER_BYTES
from allears.locate import models_dir
from allears.native.library import STATUSES, load_library
from allears.native.memory import AlignedBytes
from allears.native.programs import program_of
from allears.packs.profile_rules import command_rule, listening_rule, wake_rule
from allears.packs.rules import WakeRule
from allears.pipeline import Listener, View, as_bytes
from allears.profile import Profile, ProfileLanguage
from allears.verifier import MODEL, load_verifier_manifest
from allears.wake import load_manifest

_WAKE = 1
_NO_NUMBER = -1
_ASSUME_WAKE, _WAKE_ONLY = 1, 2
_SAMPLE_BYTES = 2
_Blob: TypeAlias = tuple[ctypes.c_void_p | None, int]
_Detector: TypeAlias = tuple[ctypes.c_void_p | None, int, int, int]
"""A model and its size, limit, window."""

_NO_DETECTOR: _Detector = (None, 0, 0, 0)


class NativeListener(Listener):
    """Waits for the wake word, then for commands, in C; made by ``Listener(interpreter="native")``.

    Event for event it equals the Python listener on TensorFlow Lite's reference kernels; the faster
    kernels of the interpreters round otherwise now and then.

    Args: as of ``allears.Listener``.

    Raises:
        AllEarsError: profile, language or models are missing, broken or do not fit; or the C
            runtime is not there, or refuses the models.
    """

    def __init__(
        self,
        profile: Profile | str,
        *,
        assume_wake: bool = False,
        wake_only: bool = False,
        language: str | None = None,
        models: Path | None = None,
        interpreter: str | None = None,
    ) -> None:
        self.profile = profile if isinstance(profile, Profile) else Profile.load(profile)
        self._assume_wake, self._wake_only = assume_wake, wake_only
        self._folder = models or models_dir()
        self._library = load_library()
        self._held: list[AlignedBytes] = []
        self._ids: list[list[str]] = []
        self._codes: list[str] = []
        self._wake_words: list[str] = []
        entries = choose_entries(self.profile, language)
        no_ear = wake_only and not self._verifies(entries)
        ear = (None, 0) if no_ear else self._program(self._folder / "ear.tflite")
        self._bridge = self._library.ae_bridge_new(*listening_rule(self.profile), *ear)
        if not self._bridge:
            raise MemoryError
        weakref.finalize(self, self._library.ae_bridge_free, self._bridge)
        wake_words: dict[Path, str] = {}
        for entry in entries:
            self._add(entry, wake_words)
        options = _ASSUME_WAKE * assume_wake + _WAKE_ONLY * wake_only
        status = self._library.ae_bridge_open(self._bridge, options)
        if status:
            raise ModelError(f"The native core refuses the models: {STATUSES[status]}.")
        self._values = (ctypes.c_int32 * 7)()
        self._feed_c = self._library.ae_bridge_feed
        self._pending = b""

    @property
    def memory_bytes(self) -> int:
        """What the C listener holds besides the models."""
        return self._library.ae_bridge_total_bytes(self._bridge)

    @property
    def always_on_bytes(self) -> int:
        """The part of ``memory_bytes`` that is in use while waiting for the wake word."""
        return self._library.ae_bridge_always_on_bytes(self._bridge)

    def feed(self, samples: NDArray[Any] | bytes) -> list[Event]:
        """Take in mono 16 kHz int16 audio of any length and return the events it completes.

        Args:
            samples: int16 array ``[n]``, or bytes of little-endian int16.
        """
        data = self._pending + as_bytes(samples)
        count = len(data) // _SAMPLE_BYTES
        self._pending = data[count * _SAMPLE_BYTES :]
        taken = self._feed_c(self._bridge, data, count)
        return [] if taken == count else self._rest(data, -1 - taken, count)

    def _rest(self, data: bytes, taken: int, count: int) -> list[Event]:
        """Read the events that wait, and feed what C did not take because of them."""
        found = self._take_events()
        while taken < count:
            now = self._feed_c(self._bridge, data[taken * _SAMPLE_BYTES :], count - taken)
            taken += now if now >= 0 else -1 - now
            found += self._take_events()
        return found

    def finish(self) -> list[Event]:
        """Return the events still due at the end of the stream, and get ready for a new one."""
        found = self.feed(b"\0" * (len(self._pending) % _SAMPLE_BYTES))
        while not self._library.ae_bridge_finish(self._bridge):
            found += self._take_events()
        return found + self._take_events()

    def reset(self) -> None:
        """Forget the stream."""
        self._pending = b""
        self._library.ae_bridge_reset(self._bridge)

    def look(self) -> View:
        """Return what went on since this was called last; events do not depend on it."""
        values = (ctypes.c_int32 * 3)()
        self._library.ae_bridge_look(self._bridge, values)
        return View(values[0] / 256, bool(values[1]), bool(values[2]))

    def _take_events(self) -> list[Event]:
        found: list[Event] = []
        while self._library.ae_bridge_event(self._bridge, self._values):
            kind, language, command, number, time_ms, score, score_full = self._values
            time_s, share = (time_ms & 0xFFFFFFFF) / 1000, score / score_full
            code = self._codes[language]
            if kind == _WAKE:
                found.append(Wake(time_s, share, code, self._wake_words[language]))
            else:
                id = self._ids[language][command]
                said = None if number == _NO_NUMBER else number
                found.append(Command(time_s, share, code, id, said))
        return found

    def _add(self, entry: ProfileLanguage, wake_words: dict[Path, str]) -> None:
        wake, commands = not self._assume_wake, not self._wake_only
        require_models(self.profile, entry, self._folder, wake=wake, commands=commands)
        word, *models = (
            self._wake_models(entry, wake_words)
            if wake
            else (entry.wake_words[0], _NO_DETECTOR, _NO_DETECTOR)
        )
        head = self._head(entry) if commands else (None, 0, 0, 0, 0, None, 0)
        status = self._library.ae_bridge_add_language(
            self._bridge, entry.language.encode(), word.encode(), *models[0], *models[1], *head
        )
        if status:
            raise ProfileError(
                f"The profile {self.profile.country} has more languages than the native core takes "
                f"({len(self._codes)}).",
                remedy="Choose one with `language`, or use another interpreter.",
            )
        self._codes.append(entry.language)
        self._wake_words.append(word)

    def _verifies(self, entries: list[ProfileLanguage]) -> bool:
        folders = [wake_folder(self.profile, entry, self._folder) for entry in entries]
        return not self._assume_wake and any(map(load_verifier_manifest, folders))

    def _wake_models(
        self, entry: ProfileLanguage, wake_words: dict[Path, str]
    ) -> tuple[str, _Detector, _Detector]:
        """Wake word, its model and verifier, where it has one; neither where another language has
        them."""
        folder = wake_folder(self.profile, entry, self._folder)
        check_wake_word(self.profile, entry, folder / "wake.json")
        if folder in wake_words:
            return wake_words[folder], _NO_DETECTOR, _NO_DETECTOR
        wake_words[folder] = entry.wake_words[0]
        rule = wake_rule(entry, folder)
        program = self._program(folder / load_manifest(folder / "wake.json").model)
        wake = (*program, rule.limit, rule.window_steps)
        return entry.wake_words[0], wake, self._verifier(folder, rule)

    def _verifier(self, folder: Path, rule: WakeRule) -> _Detector:
        manifest = load_verifier_manifest(folder)
        if manifest is None:
            return _NO_DETECTOR
        check_verifier(manifest, folder / "wake.json", self._folder)
        program = self._program(folder / MODEL)
        return (*program, rule.verifier_limit, rule.verifier_window_steps)

    def _head(self, entry: ProfileLanguage) -> tuple[Any, ...]:
        """Model and its size, smoothing, refractory, time-out; classes and their number."""
        folder = self._folder / entry.language
        manifest = load_data(folder / "commands.json", HeadManifest)
        check_head(self.profile, entry, self._folder, manifest.classes[1:], manifest.ear_sha256)
        rule = command_rule(self.profile, entry, folder)
        self._ids.append([known.id for known in rule.classes])
        classes, _ = self._hold(rule.encode()[RULE_HEADER_BYTES:])
        timing = rule.smoothing_frames, rule.refractory_ms, rule.listen_timeout_ms
        model = self._program(folder / "commands.tflite")
        return *model, *timing, classes, len(rule.classes)

    def _program(self, path: Path) -> _Blob:
        return self._hold(program_of(path))

    def _hold(self, content: bytes) -> _Blob:
        held = AlignedBytes(content)
        self._held.append(held)
        return held.address, len(content)

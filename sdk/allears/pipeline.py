"""Audio in, events out."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allears.commands import STEP_MS
from allears.contract import (
    FEATURE_CHANNELS,
    FEATURE_STEP_MS,
    FEATURE_WINDOW_MS,
    LEVEL_AMID_SPEECH_BITS,
    VERIFIED_MS,
    WAKE_STRIDE_FRAMES,
)
from allears.deciding import CommandDecider
from allears.ear import STEP_VALUES, load_ear
from allears.events import Event, Wake
from allears.features import STEP_BYTES, FeatureExtractor
from allears.interpreter import NATIVE, chosen_interpreter
from allears.languages import Language, load_languages
from allears.level import LevelControl
from allears.locate import models_dir
from allears.numbers import GAP_STEPS
from allears.profile import Profile
from allears.vad import VoiceActivity
from allears.waking import WakeWatch, Woken

BLOCK_MS = WAKE_STRIDE_FRAMES * FEATURE_STEP_MS
"""Audio is cut into blocks of one wake step; every stage moves at block ends only."""

_BLOCK_BYTES = WAKE_STRIDE_FRAMES * STEP_BYTES
_WARM_UP_MS = FEATURE_WINDOW_MS - FEATURE_STEP_MS
_FIRST_BLOCK_BYTES = _BLOCK_BYTES + _WARM_UP_MS // FEATURE_STEP_MS * STEP_BYTES
"""The front end swallows 20 ms before its first frame; this block makes up for them."""

_GATE_HANGOVER_BLOCKS = 1500 // BLOCK_MS
"""The wake model runs on for 1.5 s after speech: it decides up to half a second late."""

RECENT_BLOCKS = 2400 // BLOCK_MS
"""Features kept: when the gate opens, the wake model catches up on them, which is longer than it
looks back, so that it decides as if it had heard everything."""

_SPEAKING_BLOCKS = 300 // BLOCK_MS
"""Somebody still speaks if there was speech in the last 300 ms."""

_FLUSH_MS = 800
"""Silence heard after the end of a stream, so that what was said last is still decided."""


class View(NamedTuple):
    """What went on since it was looked at last: 0 to 1 is the wake word's highest mean."""

    wake_score: float
    had_speech: bool
    is_listening: bool


class Listener:
    """Waits for the wake word, then for commands, in one stream of audio.

    The same audio gives the same events whatever the sizes of the chunks it is fed in.

    Args:
        profile: a profile, its country code ("gb"), or its path.
        assume_wake: listen for commands from the start and forever, as if the wake word had just
            been said; no wake model runs, and the level is that of full scale. For tests and
            evaluation.
        wake_only: report wake words and never listen for commands.
        language: use only this language of the profile.
        models: folder of the models, instead of the installed ones.
        interpreter: ``litert`` or ``tflite-runtime``, whichever is installed by default; or
            ``native``, the C runtime: the listener is then a ``native.listener.NativeListener``.

    Raises:
        AllEarsError: profile, language or models are missing, broken or do not fit, or there is no
            such interpreter here.
    """

    def __new__(cls, *_: Any, interpreter: str | None = None, **__: Any) -> Listener:
        """Make a listener of the class that runs on ``interpreter``."""
        if interpreter == NATIVE and cls is Listener:
            # Where nobody asks for C, its library need not be there.
            from allears.native.listener import NativeListener

            return super().__new__(NativeListener)
        return super().__new__(cls)

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
        self._assume_wake = assume_wake
        self._wake_only = wake_only
        folder = models or models_dir()
        with chosen_interpreter(interpreter):
            self._languages = load_languages(
                self.profile, folder, language, wake=not assume_wake, commands=not wake_only
            )
            self._watch = WakeWatch(self._languages, self._recall)
            no_ear = wake_only and not self._watch.verifies
            self._ear = None if no_ear else load_ear(folder / "ear.tflite")
        self._decider = CommandDecider(self.profile.number_digits)
        self._timing = self.profile.listening
        self._level = LevelControl()
        self._features = FeatureExtractor()
        self._vad = VoiceActivity(self._timing.vad_aggressiveness)
        self._begin()

    def _begin(self) -> None:
        """Set the state of a stream that has heard nothing."""
        self._pending = b""
        self._block_bytes = _FIRST_BLOCK_BYTES
        self._events: list[Event] = []
        self._now_ms = _WARM_UP_MS
        self._quiet_blocks = 0
        self._had_speech = False
        self._recent: deque[list[float]] = deque(maxlen=RECENT_BLOCKS)
        self._unheard_blocks = 0
        self._decider.stop()
        if self._assume_wake:
            self._start_listening(self._languages, blocks=0, undecided_blocks=0)

    def feed(self, samples: NDArray[np.int16] | bytes) -> list[Event]:
        """Take in mono 16 kHz int16 audio of any length and return the events it completes.

        Args:
            samples: int16 array ``[n]``, or bytes of little-endian int16.
        """
        audio = self._pending + as_bytes(samples)
        at = 0
        while at + self._block_bytes <= len(audio):
            block_end = at + self._block_bytes
            self._hear(audio[at:block_end])
            at, self._block_bytes = block_end, _BLOCK_BYTES
        self._pending = audio[at:]
        events, self._events = self._events, []
        return events

    def finish(self) -> list[Event]:
        """Return the events still due at the end of the stream, and get ready for a new one."""
        silence = bytes(_FLUSH_MS // FEATURE_STEP_MS * STEP_BYTES)
        half_sample = bytes(len(self._pending) % 2)
        events = self.feed(half_sample + silence)
        events += self._decider.number.close(self._now_ms / 1000)
        self.reset()
        return events

    def reset(self) -> None:
        """Forget the stream, and how loud its speakers are."""
        self._level.reset()
        self._features.reset()
        self._vad.reset()
        self._watch.reset()
        self._begin()

    def look(self) -> View:
        """Return what went on since this was called last; events do not depend on it."""
        view = View(self._watch.take_peak(), self._had_speech, self._decider.listening)
        self._had_speech = False
        return view

    def _hear(self, block: bytes) -> None:
        """The pipeline: level → front end → voice activity → wake word, or ear → commands."""
        self._now_ms += BLOCK_MS
        step, levelled = self._features.step, self._level.attenuated(block)
        features: list[float] = []
        for at in range(0, len(levelled), STEP_BYTES):
            features += step(levelled[at : at + STEP_BYTES])
        if self._assume_wake:
            self._listen(features)
            return
        latest = block[-_BLOCK_BYTES:]
        speech = self._vad.is_speech(latest)
        if speech:
            self._level.hear_speech(latest)
        self._had_speech = self._had_speech or speech
        self._quiet_blocks = 0 if speech else self._quiet_blocks + 1
        self._recent.append(features)
        if self._decider.listening:
            self._unheard_blocks += 1
            self._listen(features)
            self._stop_when_due()
        else:
            self._wait_for_wake_word()

    def _wait_for_wake_word(self) -> None:
        contested = self._watch.contested
        closed = self._quiet_blocks > _GATE_HANGOVER_BLOCKS and not contested
        if closed:
            self._level.settle()
            self._unheard_blocks += 1
            return
        if self._level.is_overdue and not contested:
            self._level.settle(LEVEL_AMID_SPEECH_BITS)
        due = list(self._recent)[-1 - self._unheard_blocks :]
        self._unheard_blocks = 0
        woken = self._watch.step(due, self._now_ms)
        if woken is not None:
            self._wake(woken)

    def _wake(self, woken: Woken) -> None:
        first = woken.languages[0]
        self._events.append(Wake(self._now_ms / 1000, woken.score, first.code, first.wake_word))
        if not self._wake_only:
            preroll_blocks = self._timing.preroll_ms // BLOCK_MS
            waited_blocks = woken.waited_ms // BLOCK_MS
            self._start_listening(woken.languages, preroll_blocks + waited_blocks, preroll_blocks)

    def _recall(self) -> list[NDArray[np.int8]]:
        """What the ear makes of the last ``VERIFIED_MS``, from silence on."""
        assert self._ear is not None
        self._ear.reset()
        heard = list(self._recent)[-VERIFIED_MS // BLOCK_MS :]
        features = [value for block in heard for value in block]
        ends = range(STEP_VALUES, len(features) + 1, STEP_VALUES)
        return [self._ear.step(features[end - STEP_VALUES : end]) for end in ends]

    def _start_listening(
        self, languages: list[Language], blocks: int, undecided_blocks: int
    ) -> None:
        """Begin with the ear on the last ``blocks``, so that it misses no word's beginning.

        The first ``undecided_blocks`` of them, before the wake word fired, give no event.
        """
        heard = list(self._recent)[-blocks:] if blocks else []
        undecided_blocks -= blocks - len(heard)
        undecided_steps = sum(map(len, heard[: max(undecided_blocks, 0)])) // STEP_VALUES
        self._ear_features: list[float] = []
        heads = [language.head for language in languages if language.head]
        self._decider.start(heads, undecided_steps)
        if self._ear:
            self._ear.reset()
        self._deadline_ms = self._now_ms + max(head.listen_timeout_ms for head in heads)
        for features in heard:
            self._listen(features)

    def _listen(self, features: list[float]) -> None:
        if self._ear is None:
            return
        waiting = self._ear_features
        waiting += features
        while len(waiting) >= STEP_VALUES:
            embedding = self._ear.step(waiting[:STEP_VALUES])
            del waiting[:STEP_VALUES]
            waiting_ms = len(waiting) // FEATURE_CHANNELS * FEATURE_STEP_MS
            self._decide(embedding, self._now_ms - waiting_ms)

    def _decide(self, embedding: NDArray[np.int8], at_ms: int) -> None:
        self._events += self._decider.step(embedding, at_ms / 1000)
        if self._decider.answered:
            in_number = self._decider.number.is_open
            gap_ms = GAP_STEPS * STEP_MS if in_number else 0
            self._deadline_ms = at_ms + max(self._timing.follow_up_ms, gap_ms)

    def _stop_when_due(self) -> None:
        late_ms = self._now_ms - self._deadline_ms
        speaking = self._quiet_blocks <= _SPEAKING_BLOCKS
        if late_ms < 0 or self._decider.contested:
            return
        if not speaking or late_ms >= self._timing.extend_ms:
            self._decider.stop()


def as_bytes(samples: NDArray[Any] | bytes) -> bytes:
    """Return int16 ``[n]``, or bytes of it, as bytes; TypeError where it is neither."""
    if isinstance(samples, bytes):
        return samples
    if samples.dtype != np.int16 or samples.ndim != 1:
        raise TypeError(f"audio must be int16 [n], not {samples.dtype} {list(samples.shape)}")
    return samples.tobytes()

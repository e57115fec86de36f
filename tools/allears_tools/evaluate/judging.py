"""What a clip's label tells about the events that should come: a truth, or no judgement.

Labels come from file names, so many say less than they seem to. The rules:

- Noise, music and beeps are negatives for every language: nothing may fire.
- A clip of another language is skipped.
- A text that is one of a command's phrasings makes a positive; any other known text a negative.
- ``key:help`` or ``file:ball`` is the name of a file, not what is said: the native word behind
  ``key:back`` may or may not be one of our phrasings, so such a clip is skipped. The same holds
  for an empty text. But a *sentence* or long audio is no lone command whatever it says, so those
  are negatives with or without a text.
- A short clip that contains a command's words among others ("to stop") or several commands in a
  row is skipped: an event would be neither right nor false. In a sentence an event is false.
- For the wake word an unknown text of the language is a negative: a wake phrase is rare in talk.
  A longer form of it ("computers") is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from allears_tools.evaluate.labels import Clip
from allears_tools.seeds import LanguageSeed, match_command, normalise_text

STAGES = ("commands", "wake")

LONG_AUDIO_S = 20.0
"""Clips longer than this are talk or noise by the hour: every event in them counts."""

NOISE_KINDS = frozenset({"noise", "noise-car", "music", "beep"})
SENTENCE_KINDS = frozenset(
    {"sentence", "dialogue", "free-speech", "phrase", "spoken-command", "wake-in-sentence"}
)
SEQUENCE_KINDS = frozenset({"command-seq"})

_UNWRITTEN = re.compile(r"(key|file):", re.IGNORECASE)
_READING = re.compile(r"^(?P<written>[^【】]+)【(?P<spoken>[^【】]+)】$")
"""A Japanese dictionary entry: how it is written and, in brackets, how it is read."""

_UNSPACED = frozenset({"zh", "ja", "th", "km"})
"""Languages written without spaces, where a word inside a text is found as a substring."""


OTHER_LANGUAGE = "another language"
"""Why a clip of another language is skipped, where it is."""


@dataclass(frozen=True)
class Truth:
    """What should be heard in a clip.

    ``expected`` is the command id, or "wake", of a positive; None for a negative.
    ``skipped`` gives the reason where the label permits no judgement.
    """

    expected: str | None = None
    skipped: str | None = None


NEGATIVE = Truth()


@dataclass(frozen=True)
class Vocabulary:
    """The words of one language that the judging needs.

    ``command_of`` maps a text to the command it phrases, or None; ``phrasings`` are all the
    commands' phrasings and ``wake_phrases`` the texts that wake the device, both normalised.
    """

    language: str
    command_of: Callable[[str], str | None]
    phrasings: frozenset[str]
    wake_phrases: frozenset[str]

    @classmethod
    def of(cls, seed: LanguageSeed) -> Vocabulary:
        """Take the words from a language's seed file."""
        fold = partial(normalise_text, language=seed.language)
        wake = [seed.wake.text, *(phrasing.text for phrasing in seed.wake.phrasings)]
        commands = (phrasing.text for many in seed.commands.values() for phrasing in many)
        return cls(
            language=seed.language,
            command_of=partial(match_command, seed),
            phrasings=frozenset(map(fold, commands)),
            wake_phrases=frozenset(map(fold, wake)),
        )


def judge(clip: Clip, stage: str, vocabulary: Vocabulary) -> Truth:
    """Tell what a stage should hear in a clip."""
    if clip.kind in NOISE_KINDS:
        return NEGATIVE
    if not clip.language:
        return Truth(skipped="no language given")
    if clip.language != vocabulary.language:
        return Truth(skipped=OTHER_LANGUAGE)
    return _judge_wake(clip, vocabulary) if stage == "wake" else _judge_command(clip, vocabulary)


def _judge_command(clip: Clip, vocabulary: Vocabulary) -> Truth:
    known = clip.text != "" and not _UNWRITTEN.match(clip.text)
    if known:
        for text in _readings(clip.text):
            if command := vocabulary.command_of(text):
                return Truth(expected=command)
    if clip.kind in SENTENCE_KINDS or clip.duration_s > LONG_AUDIO_S:
        return NEGATIVE
    if not known:
        return Truth(skipped="text unknown")
    if clip.kind in SEQUENCE_KINDS:
        return Truth(skipped="several commands in a row")
    if _contains_any(clip.text, vocabulary.phrasings, vocabulary.language):
        return Truth(skipped="command among other words")
    return NEGATIVE


def _judge_wake(clip: Clip, vocabulary: Vocabulary) -> Truth:
    if _contains_any(clip.text, vocabulary.wake_phrases, vocabulary.language):
        return Truth(expected="wake")
    if says_wake(clip, vocabulary):
        return Truth(skipped="a longer form of the wake word")
    return NEGATIVE


def says_wake(clip: Clip, vocabulary: Vocabulary) -> bool:
    """Tell whether a clip of any language has a wake phrase in its text, if only within a word."""
    text = normalise_text(clip.text, vocabulary.language)
    return any(phrase in text for phrase in vocabulary.wake_phrases)


def _readings(text: str) -> tuple[str, ...]:
    found = _READING.match(text)
    return (found["written"], found["spoken"]) if found else (text,)


def _contains_any(text: str, phrases: Iterable[str], language: str) -> bool:
    """Tell whether a text has one of the (normalised) phrases as whole words."""
    if language in _UNSPACED:
        text = normalise_text(_readings(text)[0], language)
        return any(phrase in text for phrase in phrases)
    spaced = f" {normalise_text(text, language)} "
    return any(f" {phrase} " in spaced for phrase in phrases)

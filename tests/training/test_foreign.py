"""Clips of other languages as negatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from allears_tools.speech import Entry, SpeechCache
from allears_tools.speech.request import ClipRequest
from allears_tools.training.foreign import common_word_clips, foreign_clips, sounds
from allears_tools.training.streams import NONE


def _entry(language: str, text: str, pronounced: str, role: str = "command") -> Entry:
    return Entry(
        key=f"{language}-{text}",
        offset_samples=0,
        length_samples=8000,
        engine_version="1",
        request=ClipRequest(engine="espeak", voice="f1", language=language, text=text),
        role=role,
        label="x",
        split="train",
        pronounced=pronounced,
    )


class _Cache:
    """Entries without a disk; each clip is as loud as its text is long."""

    def __init__(self, *entries: Entry) -> None:
        self._entries = entries

    def entries(
        self, where: Callable[[Entry], bool] = lambda _: True, language: str = "", **only: str
    ) -> list[Entry]:
        found = [e for e in self._entries if language in ("", e.request.language) and where(e)]
        return [e for e in found if only.get("role", e.role) == e.role]

    def read(self, entry: Entry) -> Any:
        return np.full(8000, 1000 * len(entry.request.text), np.int16)


def _picked(*entries: Entry, count: int = 10) -> list[float]:
    cache = cast(SpeechCache, _Cache(*entries))
    clips = foreign_clips(cache, "de", count, np.random.default_rng(0), ["ʃtˈɔp", "nˈaɪn"])
    assert all(clip.label == NONE for clip in clips)
    return sorted(round(float(clip.samples.max()) * 32768 / 1000) for clip in clips)


def test_own_language_wake_words_and_what_sounds_alike_are_left_out() -> None:
    kept = _entry("fr", "bonjour", "bɔ̃ʒˈuʁ")
    own = _entry("de", "ab", "ap")
    wake = _entry("en", "computer!", "kəmpjˈuːtə", "wake_confusable")
    alike = _entry("fr", "stop", "stˈɔp")
    assert _picked(kept, own, wake, alike) == [len("bonjour")]


def test_common_words_of_the_language_unless_nobody_can_tell_them_from_a_command() -> None:
    kept = _entry("de", "haustür", "hˈaʊstyːɾ", "word")
    near = _entry("de", "nein", "nˈaɪ", "word")
    other = _entry("fr", "bonjour", "bɔ̃ʒˈuʁ", "word")
    sentence = _entry("de", "guten abend", "ɡˈuːtən ˈaːbənt", "filler")
    cache = cast(SpeechCache, _Cache(kept, near, other, sentence))
    clips = common_word_clips(cache, "de", 10, np.random.default_rng(0), ["ʃtˈɔp", "nˈaɪn"])
    assert [round(float(c.samples.max()) * 32768 / 1000) for c in clips] == [len("haustür")]
    assert clips[0].label == NONE


def test_so_many_of_each_language() -> None:
    french = [_entry("fr", "x" * n, "bɔ̃ʒuʁmadam") for n in range(1, 6)]
    thai = [_entry("th", "y" * n, "sawatdikhrap") for n in range(6, 9)]
    assert len(_picked(*french, *thai, count=2)) == 4


def test_stress_ties_and_marks_do_not_count() -> None:
    assert sounds("t^ʃˈaːo, bˌɛlla!") == sounds("tʃaobɛlla")

"""Common words as what is no command."""

from __future__ import annotations

import pytest
from allears_tools.seeds import load_language
from allears_tools.seeds.matching import match_command
from allears_tools.speech.amounts import FULL, sized
from allears_tools.speech.recipe import training_jobs

pytest.importorskip("wordfreq", reason="the words are wordfreq's")
common_words = pytest.importorskip("allears_tools.speech.common_words").common_words


def test_no_phrasing_of_a_command_and_no_foreign_letters() -> None:
    for language in ("en", "hi", "ja"):
        seed = load_language(language)
        words = common_words(seed)
        assert len(words) > 500
        assert all(match_command(seed, word.text) is None for word in words)
    japanese = "".join(word.text for word in words)
    assert all(ord(c) < 0x3400 for c in japanese), "espeak-ng reads kana only"
    assert not any("a" <= c <= "z" for word in common_words(load_language("hi")) for c in word.text)


def test_the_same_words_every_time_and_others_for_another_number() -> None:
    seed = load_language("pl")
    assert common_words(seed) == common_words(seed)
    assert common_words(seed) != common_words(seed, number=1)


def test_a_language_whose_words_nobody_counted_goes_without() -> None:
    seed = load_language("km")
    assert common_words(seed) == []
    assert not any(job.role == "word" for job in training_jobs(seed, engines=["espeak"]))


def test_words_are_spoken_as_often_as_asked() -> None:
    seed = load_language("de")
    for sizes, espeak, kokoro in ((FULL, 2, 1), (sized(8, 15), 1, 0), (sized(8, 0), 0, 0)):
        words = [j for j in training_jobs(seed, sizes=sizes) if j.role == "word"]
        engines = [job.request.engine for job in words]
        assert engines.count("espeak") == 800 * espeak
        assert engines.count("kokoro") == 800 * kokoro
        assert all(job.label == "none" for job in words)

"""The judge: error rates, numbers as figures, and what is rejected."""

from __future__ import annotations

import numpy as np
import pytest
from allears_tools.seeds import LanguageSeed, load_language
from allears_tools.speech import SpeechCache, synthesise
from allears_tools.speech.errors import SpeechError
from allears_tools.speech.judge import intelligible, judge_sample, summary, verdicts
from allears_tools.speech.transcript import character_error, without_repeats

from tests.speech.conftest import espeak_jobs


class _Scripted:
    """A judge that understands one voice and not the other."""

    def __init__(self) -> None:
        self.calls = 0

    def hear(self, samples: np.ndarray, language: str) -> str:
        self.calls += 1
        return "number 1" if self.calls % 2 else "banana split"


@pytest.mark.parametrize(
    ("wanted", "heard", "error"),
    [
        ("stop", "Stop.", 0.0),
        ("turn on!", "Turn of", 1 / 6),
        ("eight", "8", 0.0),
        ("number eight", "Number 8.", 0.0),
        ("thirteen", "13", None),
        ("stop", "", 1.0),
        ("up", "a much longer sentence", 1.0),
    ],
)
def test_character_error(seed: LanguageSeed, wanted: str, heard: str, error: float | None) -> None:
    assert character_error(wanted, heard, seed) == (None if error is None else pytest.approx(error))


def test_serbian_scripts_are_one() -> None:
    assert character_error("upali svetlo", "Упали светло.", load_language("sr")) == 0.0


@pytest.mark.parametrize(
    ("heard", "once"),
    [
        ("Stop. Stop. Stop.", "Stop."),
        ("Light off. Light off. Lig", "Light off."),
        ("Turn on the light", "Turn on the light"),
        ("", ""),
    ],
)
def test_circles_are_cut(heard: str, once: str) -> None:
    assert without_repeats(heard) == once


def test_verdicts_are_kept_and_filter(cache: SpeechCache, seed: LanguageSeed) -> None:
    synthesise(espeak_jobs(8), cache)
    judge = _Scripted()
    assert judge_sample(cache, seed, judge, per_voice=3) == 6  # type: ignore[arg-type]
    assert judge_sample(cache, seed, judge, per_voice=3) == 0  # type: ignore[arg-type]
    found = verdicts(cache, "en")
    rejected = {v.key for v in found if v.rejected}
    assert rejected
    assert {e.key for e in intelligible(cache, "en")} == {e.key for e in cache} - rejected
    assert sum(row.clips for row in summary(cache, "en")) <= len(found)


def test_languages_beyond_the_judge_are_refused(cache: SpeechCache, seed: LanguageSeed) -> None:
    import msgspec

    khmer = msgspec.structs.replace(seed, language="km")
    with pytest.raises(SpeechError, match="cannot score km"):
        judge_sample(cache, khmer, _Scripted(), per_voice=1)  # type: ignore[arg-type]

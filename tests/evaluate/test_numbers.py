"""Numbers spliced from recordings of digits: the phrases, what counts as right, the models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from allears import Command
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.judging import Vocabulary
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.listening import build_listener
from allears_tools.evaluate.numbers import (
    PER_SPEAKER,
    Heard,
    Phrase,
    hear_phrase,
    numbers_report,
    plan_phrases,
    run_phrases,
)
from allears_tools.evaluate.runner import plan
from allears_tools.seeds import load_language

from tests.evaluate.conftest import Recordings

REAL_SPEECH = Path(__file__).parents[3] / "shared/realspeech/labels.tsv"


def english_listener():
    return build_listener("gb", "en", "commands")


def phrases_of(labels: Path) -> list[Phrase]:
    seed = load_language("en")
    return plan_phrases(plan(read_labels(labels), "commands", Vocabulary.of(seed)), seed)


@pytest.fixture
def digits(recordings: Recordings) -> Recordings:
    for speaker in ("anna", "bob"):
        for peak, text in ((4000, "one"), (8000, "two"), (12000, "zero")):
            recordings.add([peak], text, locale="en", speaker=speaker)
    return recordings


def test_a_number_is_one_persons_digits_in_order(digits: Recordings) -> None:
    phrases = phrases_of(digits.labels)
    assert len(phrases) == 2 * PER_SPEAKER
    for phrase in phrases:
        assert len({clip.speaker for clip in phrase.digits}) == 1
        said = "".join({"one": "1", "two": "2", "zero": "0"}[c.text] for c in phrase.digits)
        assert phrase.number == int(said)
        assert len(phrase.pauses_s) == len(phrase.digits)
        assert phrase.setting == "louder"  # the demo's clip, for want of people who say one
    assert {len(phrase.digits) for phrase in phrases} == {1, 2}
    assert phrases_of(digits.labels) == phrases


def test_a_person_says_the_setting_where_one_does(digits: Recordings) -> None:
    digits.add([6000], "warmer", locale="en", kind="command")
    assert {phrase.setting for phrase in phrases_of(digits.labels)} == {"warmer"}


def test_all_words_of_a_phrase_are_equally_loud(digits: Recordings) -> None:
    phrase = next(p for p in phrases_of(digits.labels) if p.number == 12)
    audio = phrase.audio()
    assert audio.dtype == np.int16
    blocks = np.abs(audio[: len(audio) // 160 * 160].reshape(-1, 160)).max(axis=1)
    loud = np.flatnonzero(blocks > 300)
    words = np.split(loud, np.flatnonzero(np.diff(loud) > 8) + 1)
    assert len(words) == 3
    peaks = [blocks[word].max() for word in words[1:]]
    assert max(peaks) < 1.3 * min(peaks)


def test_labels_without_digits_are_refused(recordings: Recordings) -> None:
    recordings.add([4000], "stop", locale="en")
    with pytest.raises(EvaluationError, match="no clip of digits in English"):
        phrases_of(recordings.labels)


class Scripted:
    """Gives the same events for whatever it hears."""

    def __init__(self, *events: tuple[str, int | None]) -> None:
        self._events = events

    def reset(self) -> None:
        pass

    def feed(self, samples: np.ndarray) -> list[Command]:
        return [Command(1.0, 0.9, "en", id, number) for id, number in self._events]

    def finish(self) -> list[Command]:
        return []


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([("louder", None), ("louder", 12)], "right"),
        ([("stop", None), ("louder", None), ("louder", 12)], "right"),
        ([("louder", None), ("louder", 1)], "wrong_number"),
        ([("louder", None), ("digit_1", None)], "no_number"),
        ([("warmer", None), ("warmer", 12)], "setting_missed"),
        ([], "setting_missed"),
    ],
)
def test_outcomes(digits: Recordings, events, outcome: str) -> None:
    phrase = next(p for p in phrases_of(digits.labels) if p.number == 12)
    assert hear_phrase(phrase, Scripted(*events)).outcome == outcome


def test_report(digits: Recordings) -> None:
    phrases = [p for p in phrases_of(digits.labels) if p.number == 12][:2]
    alone = {clip.path: clip.text == "one" for phrase in phrases for clip in phrase.digits}
    heard = [
        Heard(phrases[0], True, 12),
        Heard(phrases[0], True, None),
        Heard(phrases[1], False, 3),
    ]
    found = numbers_report(heard, alone)
    assert (found["phrases"], found["setting_missed"], found["right"]) == (3, 1, 1)
    assert found["right_rate"] == 0.5 and found["expected_rate"] == 0.0
    assert set(found["by_digits"]) == {"2"}
    assert found["digits_alone"]["right"] == sum(alone.values())


def test_real_digits_with_the_shipped_models() -> None:
    if not REAL_SPEECH.is_file():
        pytest.skip(f"no recordings of people: {REAL_SPEECH} is not there")
    seed = load_language("en")
    clips = [clip for clip in read_labels(REAL_SPEECH) if clip.source == "en_fsdd"]
    planned = plan(clips, "commands", Vocabulary.of(seed))
    phrases = plan_phrases(planned, seed)[:PER_SPEAKER]
    found = run_phrases(phrases, planned, english_listener)
    outcomes = ("setting_missed", "right", "wrong_number", "no_number")
    assert sum(found[outcome] for outcome in outcomes) == found["phrases"] == PER_SPEAKER

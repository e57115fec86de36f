"""What each kind of label tells, a table of cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from allears_tools.evaluate.judging import NEGATIVE, Truth, Vocabulary, judge
from allears_tools.evaluate.labels import Clip, language_of
from allears_tools.seeds import load_language

ENGLISH = Vocabulary.of(load_language("en"))
SERBIAN = Vocabulary.of(load_language("sr"))


def _clip(text: str, kind: str, locale: str = "en", duration_s: float = 1.0) -> Clip:
    return Clip(
        path="s/1.ogg",
        language=language_of(locale),
        locale=locale,
        text=text,
        speaker="",
        kind=kind,
        duration_s=duration_s,
        source="s",
        licence="CC0",
        training="test only",
        audio=Path("s/1.ogg"),
    )


@pytest.mark.parametrize(
    ("clip", "truth"),
    [
        (_clip("seven", "digit"), Truth("digit_7")),
        (_clip("Seven!", "other-word"), Truth("digit_7")),
        (_clip("eleven", "digit"), NEGATIVE),
        (_clip("computer", "wake"), NEGATIVE),
        (_clip("key:back", "ui-word"), Truth(skipped="text unknown")),
        (_clip("file:ball", "other-word"), Truth(skipped="text unknown")),
        (_clip("", "command"), Truth(skipped="text unknown")),
        (_clip("key:algorithm", "sentence"), NEGATIVE),
        (_clip("", "dialogue", duration_s=900), NEGATIVE),
        (_clip("key:welcome", "ui-word", duration_s=23), NEGATIVE),
        (_clip("to stop", "command-like"), Truth(skipped="command among other words")),
        (_clip("I will stop here", "sentence"), NEGATIVE),
        (_clip("yes no yes", "command-seq"), Truth(skipped="several commands in a row")),
        (_clip('intent={"size": "eight ounce"}', "spoken-command"), NEGATIVE),
        (_clip("", "music", locale=""), NEGATIVE),
        (_clip("", "noise", locale="de"), NEGATIVE),
        (_clip("", "other-word", locale=""), Truth(skipped="no language given")),
        (_clip("sieben", "digit", locale="de"), Truth(skipped="another language")),
    ],
)
def test_commands(clip: Clip, truth: Truth) -> None:
    assert judge(clip, "commands", ENGLISH) == truth


@pytest.mark.parametrize(
    ("clip", "truth"),
    [
        (_clip("computer", "wake"), Truth("wake")),
        (_clip("hey Computer", "wake"), Truth("wake")),
        (_clip("where is my computer now", "sentence"), Truth("wake")),
        (_clip("computers", "other-word"), Truth(skipped="a longer form of the wake word")),
        (_clip("smart mirror", "wake"), NEGATIVE),
        (_clip("key:back", "ui-word"), NEGATIVE),
        (_clip("", "noise-car", locale=""), NEGATIVE),
        (_clip("ey ordenador", "wake", locale="es"), Truth(skipped="another language")),
    ],
)
def test_wake(clip: Clip, truth: Truth) -> None:
    assert judge(clip, "wake", ENGLISH) == truth


@pytest.mark.parametrize("text", ["седам", "sedam"])
def test_both_serbian_scripts(text: str) -> None:
    assert judge(_clip(text, "digit", "sr"), "commands", SERBIAN) == Truth("digit_7")


def test_a_dictionary_entry_matches_by_writing_or_reading() -> None:
    japanese = Vocabulary("ja", {"いち": "digit_1"}.get, frozenset({"いち"}), frozenset({"x"}))
    clip = _clip("一【いち】", "command-like", "ja")
    assert judge(clip, "commands", japanese) == Truth("digit_1")


def test_words_are_found_in_writing_without_spaces() -> None:
    chinese = Vocabulary("zh", {"一": "digit_1"}.get, frozenset({"一"}), frozenset({"x"}))
    clip = _clip("十一", "digit", "zh-CN")
    assert judge(clip, "commands", chinese).skipped == "command among other words"

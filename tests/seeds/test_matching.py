"""From transcripts to commands."""

from __future__ import annotations

import pytest
from allears_tools.seeds import language_codes, load_language, match_command


@pytest.mark.parametrize(
    ("language", "text", "command"),
    [
        ("en", "turn on", "power_on"),
        ("en", "  Turn ON! ", "power_on"),
        ("en", "two", "digit_2"),
        ("en", "I need help.", "help"),
        ("en", "please stop", None),
        ("en", "too", None),
        ("en", "", None),
        ("en", "key:back", None),
        ("en", 'intent={"number": "two"}', None),
        ("sr", "uključi", "power_on"),
        ("sr", "Укључи", "power_on"),
        ("sr", "четири", "digit_4"),
        ("sr", "следеће", "next"),
        ("sr", "помоћ!", "help"),
        ("sr", "девет", "digit_9"),
        ("sr", "десет", None),
        ("sr", "ukljuci", None),
    ],
)
def test_match(language: str, text: str, command: str | None) -> None:
    assert match_command(load_language(language), text) == command


def test_letters_written_as_two_code_points_match() -> None:
    assert match_command(load_language("sr"), "uključi".replace("č", "c\u030c")) == "power_on"


@pytest.mark.parametrize("language", language_codes())
def test_every_phrasing_matches_its_command_and_no_negative_matches(language: str) -> None:
    seed = load_language(language)
    for command_id, phrasings in seed.commands.items():
        assert {match_command(seed, p.text) for p in phrasings} == {command_id}
    negatives = [*seed.confusables, *seed.filler_sentences, *seed.wake.confusables]
    assert [text for text in negatives if match_command(seed, text)] == []

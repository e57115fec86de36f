"""From transcripts to commands."""

from __future__ import annotations

import pytest
from allears_tools.seeds import language_codes, load_language, match_command, normalise_text


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
        ("ar", "ستّة", "digit_6"),
        ("ar", "إلغاء", "cancel"),
        ("ar", "رقم", None),
        ("he", "כן", "yes"),
        ("he", "שתיים", "digit_2"),
        ("fa", "نه", "digit_9"),
        ("fa", "روشن", "power_on"),
        ("hi", "छः", "digit_6"),
        ("hi", "पांच", "digit_5"),
        ("th", "เก้า", "digit_9"),
        ("tr", "onbir", None),
    ],
)
def test_match(language: str, text: str, command: str | None) -> None:
    assert match_command(load_language(language), text) == command


def test_letters_written_as_two_code_points_match() -> None:
    assert match_command(load_language("sr"), "uključi".replace("č", "c\u030c")) == "power_on"


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ar", "ثَلَاثَة", "ثلاثة"),
        ("ar", "ستّة", "ستة"),
        ("ar", "إثنان", "اثنان"),
        ("ar", "نعـــم", "نعم"),
        ("fa", "گرم\N{ZERO WIDTH NON-JOINER}تر", "گرم تر"),
        ("fa", "يك", "یک"),
        ("he", "שָׁלוֹשׁ", "שלוש"),
        ("he", "תל\N{HEBREW PUNCTUATION MAQAF}אביב", "תל אביב"),
        ("hi", "पाँच", "पांच"),
        ("hi", "आवाज़", "आवाज"),
    ],
)
def test_two_spellings_of_one_word_are_equal(language: str, one: str, other: str) -> None:
    assert normalise_text(one, language) == normalise_text(other, language)


def test_vowel_signs_that_carry_the_word_stay() -> None:
    assert normalise_text("दो", "hi") != normalise_text("दा", "hi")
    assert normalise_text("สี่", "th") != normalise_text("สี", "th")
    assert normalise_text("bạn", "vi") != normalise_text("ban", "vi")


@pytest.mark.parametrize("language", language_codes())
def test_every_phrasing_matches_its_command_and_no_negative_matches(language: str) -> None:
    seed = load_language(language)
    for command_id, phrasings in seed.commands.items():
        assert {match_command(seed, p.text) for p in phrasings} == {command_id}
    negatives = [*seed.confusables, *seed.filler_sentences, *seed.wake.confusables]
    assert [text for text in negatives if match_command(seed, text)] == []

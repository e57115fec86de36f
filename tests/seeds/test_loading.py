"""What the loader gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from allears_tools.seeds import language_codes, load_commands, load_language

LANGUAGES = language_codes()


def test_the_commands_of_the_design() -> None:
    ids = [command.id for command in load_commands()]
    named = (
        "power_on power_off start stop pause open close up down left right next previous louder "
        "quieter warmer cooler faster slower light_on light_off yes no cancel help"
    ).split()
    assert ids == named + [f"digit_{i}" for i in range(10)]
    assert [c.digit for c in load_commands() if c.digit is not None] == list(range(10))


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_come_in_the_order_of_the_commands_file(language: str) -> None:
    assert list(load_language(language).commands) == [c.id for c in load_commands()]


def test_a_word_that_yaml_takes_for_a_switch_stays_a_word(
    root: Path, edit: Callable[[str, str, str], int]
) -> None:
    edit("languages/en.yaml", '"yes": ["yes",', "yes: [yes,")
    seed = load_language("en", root)
    assert seed.commands["yes"][0].text == "yes"
    assert "off" in seed.confusables


def test_ipa_is_kokoros_unless_an_engine_is_named(
    root: Path, edit: Callable[[str, str, str], int]
) -> None:
    edit(
        "languages/en.yaml",
        "[start, begin,",
        "[{text: start, ipa: stɑːt}, {text: begin, ipa: {kokoro: bɪɡˈɪn}},",
    )
    every, one, plain = load_language("en", root).commands["start"]
    assert (every.ipa_for("kokoro"), every.ipa_for("espeak")) == ("stɑːt", None)
    assert (one.ipa_for("kokoro"), one.ipa_for("espeak")) == ("bɪɡˈɪn", None)
    assert plain.ipa_for("kokoro") is None

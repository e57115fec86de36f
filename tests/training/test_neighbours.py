"""Near misses of a wake word, from words of the language."""

from __future__ import annotations

import pytest
from allears_tools.seeds import load_language
from allears_tools.training.material import TrainingError
from allears_tools.training.neighbours import near_words, pronunciation

pytest.importorskip("espeakng_loader", reason="espeak-ng pronounces the words")
pytest.importorskip("panphon", reason="sounds are compared with the extra [train]")

WORDS = "alaska relaxed table alexander galaxy lamp elixir running alexa affects".split()


def test_near_words_come_first_and_never_the_word_itself() -> None:
    near = near_words("alexa", load_language("en"), 4, WORDS)
    assert set(near) <= {"alaska", "relaxed", "galaxy", "elixir", "affects"}
    assert len(near) == 4
    longer = near_words("alexa", load_language("en"), 20, [*WORDS, "alexas"])
    assert not {"alexa", "alexas"} & set(longer), "what begins with the word cannot be told apart"


def test_of_two_words_each_alone_and_each_exchanged() -> None:
    near = near_words("hey house", load_language("en"), 12, ["mouse", "day", "lamp", "horse"])
    assert {"hey", "house", "hey mouse", "day house"} <= set(near)
    assert "hey house" not in near


def test_a_language_that_espeak_does_not_speak_is_told() -> None:
    import msgspec

    silent = msgspec.structs.replace(load_language("en"), espeak_voice="")
    with pytest.raises(TrainingError, match="pronounce"):
        pronunciation("alexa", silent)

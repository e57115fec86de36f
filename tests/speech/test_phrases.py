"""What a seed wants spoken, with its pronunciations; kana in Kokoro's symbols."""

from __future__ import annotations

import msgspec
import pytest
from allears_tools.seeds import LanguageSeed, Phrasing
from allears_tools.speech import japanese
from allears_tools.speech.engines import engine
from allears_tools.speech.engines.espeak import Espeak
from allears_tools.speech.phrases import phrases
from allears_tools.speech.request import ClipRequest


def test_a_pronunciation_goes_to_the_engine_it_is_written_for(seed: LanguageSeed) -> None:
    said = msgspec.structs.replace(
        seed,
        commands={
            "up": [Phrasing("up", ipa="ˈʌp")],
            "stop": [Phrasing("stop", ipa={"kokoro": "stˈɑp", "espeak": "st'0p"})],
        },
        pronunciations={"late": Phrasing("late", ipa="lˈeɪt")},
    )
    told = {(p.role, p.text): (p.ipa, p.espeak) for p in phrases(said)}
    assert told["command", "up"] == ("ˈʌp", None)
    assert told["command", "stop"] == ("stˈɑp", "st'0p")
    assert told["confusable", "late"] == ("lˈeɪt", None)
    assert told["wake", "computer"] == (None, None)
    assert told["wake_carrier", "computer, up"] == (None, None)


def test_the_wake_word_before_a_command_is_pronounced_where_both_are(seed: LanguageSeed) -> None:
    wake = msgspec.structs.replace(seed.wake, phrasings=[Phrasing("computer", ipa="k1")])
    said = msgspec.structs.replace(seed, wake=wake, commands={"up": [Phrasing("up", ipa="u1")]})
    carriers = [p for p in phrases(said) if p.role == "wake_carrier"]
    assert [(p.text, p.ipa, p.espeak) for p in carriers] == [("computer, up", "k1, u1", None)]


def test_espeak_speaks_the_phonemes_of_a_request() -> None:
    espeak = engine("espeak")
    assert isinstance(espeak, Espeak)
    read = ClipRequest(engine="espeak", voice="m1", language="id", text="lebih")
    told = msgspec.structs.replace(read, ipa="l@b'ih")
    other = msgspec.structs.replace(told, text="kosong")
    assert espeak.speak(told).tobytes() != espeak.speak(read).tobytes()
    assert espeak.speak(told).tobytes() == espeak.speak(other).tobytes()


@pytest.mark.parametrize(
    ("kana", "symbols"),
    [
        ("いち", "iʨi"),
        ("きゅう", "kʲɨː"),
        ("とめて", "tomete"),
        ("スタート", "sɨtaːto"),
        ("おんりょうを あげて。", "onɾʲoːo aɡete."),
        ("しんぶん", "ɕimbɯɴ"),
        ("まって", "maʔte"),
        ("ファイル", "ɸaiɾɯ"),
        ("きょうは がっこうへ。", "kʲoːβa ɡaʔkoːe."),
    ],
)
def test_kana(kana: str, symbols: str) -> None:
    assert japanese.is_kana(kana)
    assert japanese.kokoro_symbols(kana) == symbols


def test_kanji_are_not_kana() -> None:
    assert not japanese.is_kana("電気つけて")

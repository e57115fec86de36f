"""The engines: espeak-ng always, the others where their files have been downloaded."""

from __future__ import annotations

import numpy as np
import pytest
from allears_tools.speech import ClipRequest
from allears_tools.speech.audio import finish, tempo_for
from allears_tools.speech.engines import engine
from allears_tools.speech.engines.espeak import Espeak
from allears_tools.speech.engines.kokoro import parse_mix
from allears_tools.speech.errors import SpeechError, VoicesMissing
from allears_tools.speech.ipa import to_kokoro
from allears_tools.speech.store import is_complete, voices_root

SYMBOLS = frozenset("abdefhijklmnopstuvwyzðŋɑɐɒɽɔəɛɜɡɪɲɹɾʃʊʌʎʒʔʣʤʥʦʧʨᵊθæAIOQTWYˈˌː .,!?")


def _request(name: str, **changes: object) -> ClipRequest:
    values = {"voice": "", "language": "en", "accent": "en-us", "text": "turn on the light"}
    return ClipRequest(engine=name, **{**values, **changes})  # type: ignore[arg-type]


def test_espeak_speaks_every_accent_of_the_seeds() -> None:
    from allears_tools.seeds import language_codes, load_language

    for language in language_codes():
        seed = load_language(language)
        text = seed.wake.text
        for accent in seed.voices.espeak:
            spoken = engine("espeak").speak(
                _request("espeak", text=text, language=language, accent=accent)
            )
            assert len(spoken) > 4000, (language, accent)


def test_a_crash_of_espeak_costs_one_clip() -> None:
    """The library dies by a segmentation fault on this request; the next one is spoken."""
    deadly = _request(
        "espeak",
        voice="Andrea",
        language="vi",
        accent="vi",
        text="tắt máy!",
        speed=1.16,
        pitch_semitones=-5.85,
        intonation=0.52,
    )
    speaker = Espeak()
    before = speaker.speak(_request("espeak"))
    try:
        assert len(speaker.speak(deadly)) > 4000  # a library that was mended
    except SpeechError as error:
        assert "crashed" in str(error)
    np.testing.assert_array_equal(speaker.speak(_request("espeak")), before)


def test_espeak_is_killed_from_outside() -> None:
    speaker = Espeak()
    speaker.speak(_request("espeak"))
    assert speaker._child is not None
    speaker._child.kill()
    speaker._child.wait()
    assert len(speaker.speak(_request("espeak"))) > 4000


def test_espeak_speed_and_pitch() -> None:
    slow = engine("espeak").speak(_request("espeak", speed=0.8))
    fast = engine("espeak").speak(_request("espeak", speed=1.4))
    assert len(slow) > 1.3 * len(fast)
    low = engine("espeak").speak(_request("espeak", pitch_semitones=-6.0, intonation=0.0))
    high = engine("espeak").speak(_request("espeak", pitch_semitones=6.0, intonation=0.0))
    assert _pitch_hz(high) == pytest.approx(2 * _pitch_hz(low), rel=0.15)


def test_same_request_same_clip() -> None:
    one = engine("espeak").speak(_request("espeak", voice="f3"))
    engine("espeak").speak(_request("espeak", voice="m1", accent="sr", text="upali svetlo"))
    np.testing.assert_array_equal(one, engine("espeak").speak(_request("espeak", voice="f3")))


@pytest.mark.parametrize(
    ("accent", "text", "wanted"),
    [
        ("en-us", "computer!", "kəmpjˈuTəɹ!"),
        ("en-us", "light", "lˈIt"),
        ("en-gb", "go", "ɡˈQ"),
        ("de", "neun vier lauter rot", "nˈYn fˈiːɐ lˈWtɐ ɾˈoːt"),
        ("sr", "kućo", "kˈuʨo"),
        ("sr", "упали", "ˈupɐlɪ"),
        ("hu", "balra", "bˈɒlɾɒ"),
        ("tr", "üç", "ˈyʧ"),
        ("hi", "मुड़ो", "mˈʊɽoː"),
    ],
)
def test_pronunciation_in_kokoros_symbols(accent: str, text: str, wanted: str) -> None:
    espeak = engine("espeak")
    assert isinstance(espeak, Espeak)
    assert to_kokoro(espeak.ipa(text, accent), accent, SYMBOLS) == wanted


def test_arabic_gutturals_are_no_t_in_kokoros_symbols() -> None:
    assert to_kokoro("ʔˈarbaʕa", "ar", SYMBOLS) == "ˈaɾbaɑa"


def test_pitch_by_resampling_keeps_the_tempo() -> None:
    tone = np.sin(2 * np.pi * 200 * np.arange(24_000) / 24_000).astype(np.float32)
    shift = 4.0
    spoken = tone[: round(len(tone) / tempo_for(shift))]  # the engine at tempo_for(shift)
    shifted = finish(spoken, 24_000, shift)
    plain = finish(tone[: len(spoken)], 24_000)
    assert _pitch_hz(shifted) == pytest.approx(200 * 2 ** (shift / 12), rel=0.03)
    assert len(shifted) == pytest.approx(len(plain) * tempo_for(shift), rel=0.01)


def test_silence_is_an_empty_clip() -> None:
    assert len(finish(np.zeros(1000, np.float32), 22_050)) == 0
    assert len(finish(np.zeros(0, np.float32), 22_050)) == 0


def test_mixes() -> None:
    assert parse_mix("af_heart") == {"af_heart": 1.0}
    assert parse_mix("af_heart:0.6+am_onyx:0.4") == {"af_heart": 0.6, "am_onyx": 0.4}
    with pytest.raises(SpeechError, match="write voices and weights"):
        parse_mix("af_heart:much")


def test_unknown_names_are_explained() -> None:
    with pytest.raises(SpeechError, match="use one of: espeak"):
        engine("festival")
    with pytest.raises(SpeechError, match="no voice 'xx-nowhere'"):
        engine("espeak").speak(_request("espeak", accent="xx-nowhere"))


def test_missing_voices_name_the_command(tmp_path, monkeypatch) -> None:
    pytest.importorskip("onnxruntime")
    from allears_tools.speech.engines.kokoro import Kokoro

    with pytest.raises(VoicesMissing, match="allears speech voices download kokoro"):
        Kokoro(tmp_path)


@pytest.mark.parametrize(
    ("name", "voice"),
    [
        ("kokoro", "af_heart"),
        ("kokoro", "if_sara:0.5+hm_omega:0.5"),
        ("piper", "joe"),
        ("flite", "slt"),
    ],
)
def test_downloaded_engines_speak(name: str, voice: str) -> None:
    if not is_complete(name, voices_root()):
        pytest.skip(f"voices of {name} are not in the cache: allears speech voices download")
    spoken = engine(name).speak(_request(name, voice=voice, accent=""))
    assert 0.5 < len(spoken) / 16_000 < 2.5


def test_kokoro_cuts_lists_at_the_pauses() -> None:
    if not is_complete("kokoro", voices_root()):
        pytest.skip("voices of kokoro are not in the cache: allears speech voices download")
    among = ("stop", "turn on the light", "eight")
    clips = [
        engine("kokoro").speak(_request("kokoro", voice="af_heart", text=text, among=among))
        for text in among
    ]
    lengths = [len(c) for c in clips]
    assert lengths[1] > max(lengths[0], lengths[2])
    assert all(0.15 < n / 16_000 < 1.3 for n in lengths)


def _pitch_hz(samples: np.ndarray) -> float:
    x = samples[len(samples) // 4 : 3 * len(samples) // 4].astype(float)
    correlation = np.correlate(x, x, "full")[len(x) - 1 :]
    low, high = 16_000 // 400, 16_000 // 60
    return 16_000 / (low + int(np.argmax(correlation[low:high])))

"""Speech tests need the training packages and no download: espeak-ng comes as a wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("espeakng_loader", reason="espeak-ng comes with the extra [train]")
pytest.importorskip("joblib", reason="parallel synthesis comes with the extra [tools]")

from allears_tools.seeds import HeldOutVoice, LanguageSeed, Phrasing, Voices, WakeSeed
from allears_tools.speech import ClipRequest, Job, SpeechCache


@pytest.fixture
def cache(tmp_path: Path) -> SpeechCache:
    return SpeechCache(tmp_path)


@pytest.fixture
def seed() -> LanguageSeed:
    """A language of three commands, with one voice of each engine held out."""
    return LanguageSeed(
        language="en",
        name="English",
        native_name="English",
        tier="A",
        scripts=["Latn"],
        espeak_voice="en-us",
        wake=WakeSeed(
            text="computer",
            phrasings=[Phrasing(text="computer")],
            confusables=["commuter"],
        ),
        commands={
            "stop": [Phrasing(text="stop"), Phrasing(text="halt")],
            "up": [Phrasing(text="up")],
            "digit_8": [Phrasing(text="eight")],
        },
        confusables=["late"],
        filler_sentences=["The train was late again."],
        voices=Voices(
            kokoro=["af_*", "bm_george"],
            kokoro_mix=True,
            espeak=["en-us", "en-gb"],
            held_out=[
                HeldOutVoice(engine="kokoro", voice="af_sky"),
                HeldOutVoice(engine="espeak", voice="en-us+f2"),
                HeldOutVoice(engine="piper", voice="joe"),
            ],
        ),
    )


def espeak_jobs(count: int) -> list[Job]:
    """Different clips, a few milliseconds of work each."""
    return [
        Job(
            request=ClipRequest(
                engine="espeak",
                voice="f1" if i % 2 else "m3",
                language="en",
                accent="en-us",
                text=f"number {i}",
                speed=1.2,
            ),
            role="command",
            label="stop",
        )
        for i in range(count)
    ]

"""Builds `demo/clips/`: a few clips by held-out voices, for when there is no network.

Run it as `python -m allears_tools.demo.build_clips` after `allears speech voices download`.
"""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import soundfile
import yaml

from allears_tools.seeds import HeldOutVoice, load_language
from allears_tools.speech.audio import SAMPLE_RATE_HZ
from allears_tools.speech.engines import engine
from allears_tools.speech.request import ClipRequest

CLIPS_DIR = Path(__file__).parent / "clips"

_SAID = {
    "en": (
        "turn on|stop|next|louder|light on|switch the light off|yes|cancel|help|close the door|"
        "zero|three|seven|thirteen|The weather forecast says it will be cloudy tomorrow."
    ).split("|"),
    "sr": (
        "uključi|stani|sledeće|glasnije|upali svetlo|ugasi svetlo|otkaži|pomoć|otvori vrata|"
        "nula|tri|sedam|dobro jutro|Ručak će biti gotov za deset minuta."
    ).split("|"),
}
"""What is said after the wake word; the last two of each are no command and must not fire."""

_VOICES = {"en": ("slt", "joe", "rms"), "sr": ("pf_dora",)}
"""Held-out voices that take turns; of the Serbian ones, the one the judge understands best."""

_LICENCES = {
    "piper": "voice MIT; the audio is AllEars' own",
    "flite": "voice BSD-like; the audio is AllEars' own",
    "kokoro": "voice Apache-2.0; the audio is AllEars' own",
}


def build() -> None:
    """Write every clip as 16 kHz mono FLAC, and `clips.yaml` with its provenance."""
    entries = []
    for language, said in _SAID.items():
        seed = load_language(language)
        held_out = {voice.voice: voice for voice in seed.voices.held_out}
        voices = [held_out[name] for name in _VOICES[language]]
        wanted = [(seed.wake.text, voice) for voice in voices]
        wanted += [(text, voices[i % len(voices)]) for i, text in enumerate(said)]
        entries += [_clip(language, seed.espeak_voice, text, voice) for text, voice in wanted]
    header = "# Written by allears_tools.demo.build_clips; voices that training never hears.\n"
    body = yaml.safe_dump({"clips": entries}, allow_unicode=True, sort_keys=False)
    (CLIPS_DIR / "clips.yaml").write_text(header + body, encoding="utf-8")


def _clip(language: str, accent: str, text: str, voice: HeldOutVoice) -> dict[str, str]:
    request = ClipRequest(
        engine=voice.engine, voice=voice.voice, language=language, text=text, accent=accent
    )
    speaker = engine(voice.engine)
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    slug = "_".join(plain.strip(".").split()[:4])
    path = CLIPS_DIR / f"{language}_{slug}_{voice.voice}.flac"
    soundfile.write(path, speaker.speak(request), SAMPLE_RATE_HZ, subtype="PCM_16")
    return {
        "file": path.name,
        "language": language,
        "text": text,
        "engine": voice.engine,
        "voice": voice.voice,
        "version": speaker.version,
        "licence": _LICENCES[voice.engine],
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


if __name__ == "__main__":
    build()

"""Builds `demo/clips/`: a few clips by held-out voices, for when there is no network.

Run it as `python -m allears_tools.demo.build_clips de fr` after `allears speech voices download`:
it makes the clips of those languages anew, and leaves the others as they are. What the speech cache
holds by those voices is not synthesised again.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import soundfile
import yaml

from allears_tools.demo.scenes import DemoClip, demo_clips
from allears_tools.seeds import HeldOutVoice, LanguageSeed, Phrasing, load_language
from allears_tools.speech.audio import SAMPLE_RATE_HZ
from allears_tools.speech.cache import SpeechCache
from allears_tools.speech.casting import accent_of
from allears_tools.speech.engines import engine
from allears_tools.speech.request import ClipRequest

CLIPS_DIR = Path(__file__).parent / "clips"

_COMMANDS = ("power_on stop next louder light_on yes cancel digit_0 digit_3 digit_7").split()
"""Said after the wake word, each in its first wording; a near miss and a sentence follow."""

_VOICES = {"en": ("slt", "joe", "rms"), "sr": ("pf_dora",)}
"""Held-out voices that take turns, where they are not all Kokoro's: those that Whisper-base
understands best."""

_LICENCES = {
    "piper": "voice MIT; the audio is AllEars' own",
    "flite": "voice BSD-like; the audio is AllEars' own",
    "kokoro": "voice Apache-2.0; the audio is AllEars' own",
}


def build(languages: list[str]) -> None:
    """Write the clips of some languages as 16 kHz mono Opus, and `clips.yaml` for all."""
    cache = SpeechCache()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        made = [
            clip for language in languages for clip in _clips(load_language(language), cache, work)
        ]
        # Only now, so that an interruption leaves what was there.
        for clip in demo_clips():
            if clip.language in languages:
                clip.path.unlink(missing_ok=True)
        for clip in made:
            shutil.copyfile(work / clip.file, clip.path)
    kept = [clip for clip in demo_clips() if clip.language not in languages]
    entries = sorted(kept + made, key=lambda clip: clip.language)
    header = "# Written by allears_tools.demo.build_clips; voices that training never hears.\n"
    body = yaml.safe_dump(
        {"clips": msgspec.to_builtins(entries)}, allow_unicode=True, sort_keys=False
    )
    (CLIPS_DIR / "clips.yaml").write_text(header + body, encoding="utf-8")


def _clips(seed: LanguageSeed, cache: SpeechCache, folder: Path) -> list[DemoClip]:
    named = _VOICES.get(seed.language)
    voices = [
        voice
        for voice in seed.voices.held_out
        if (voice.voice in named if named else voice.engine == "kokoro")
    ]
    said = {command: seed.commands[command][0] for command in _COMMANDS}
    for name, text in (("near_miss", seed.confusables[0]), ("talk", seed.filler_sentences[0])):
        said[name] = seed.pronunciations.get(text, Phrasing(text))
    wake = Phrasing(seed.wake.text, seed.wake.phrasings[0].ipa or seed.wake.ipa)
    clips = [_clip(seed, cache, folder, "wake", wake, voice) for voice in voices]
    for turn, (name, phrasing) in enumerate(said.items()):
        clips.append(_clip(seed, cache, folder, name, phrasing, voices[turn % len(voices)]))
    return clips


def _clip(
    seed: LanguageSeed,
    cache: SpeechCache,
    folder: Path,
    name: str,
    said: Phrasing,
    voice: HeldOutVoice,
) -> DemoClip:
    request = ClipRequest(
        engine=voice.engine,
        voice=voice.voice,
        language=seed.language,
        text=said.text,
        ipa=said.ipa_for(voice.engine),
        accent=accent_of(seed, voice.voice),
    )
    speaker = engine(voice.engine)
    path = folder / f"{seed.language}_{name}_{voice.voice}.ogg"
    samples = _cached(cache, request)
    if samples is None:
        samples = speaker.speak(request)
    soundfile.write(path, samples, SAMPLE_RATE_HZ, format="OGG", subtype="OPUS")
    return DemoClip(
        file=path.name,
        language=seed.language,
        text=said.text,
        engine=voice.engine,
        voice=voice.voice,
        version=speaker.version,
        licence=_LICENCES[voice.engine],
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _cached(cache: SpeechCache, wanted: ClipRequest) -> np.ndarray[Any, Any] | None:
    """A held-out clip of the same words by the same voice, at whatever speed and pitch."""
    found = cache.entries(
        where=lambda entry: (
            entry.request.text.rstrip(".!?") == wanted.text
            and entry.request.voice == wanted.voice
            and entry.request.engine == wanted.engine
        ),
        language=wanted.language,
        split="held_out",
    )
    return cache.read(found[0]) if found else None


if __name__ == "__main__":
    build(sys.argv[1:])

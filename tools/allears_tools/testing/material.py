"""Where the clips of a test come from: labelled recordings, the demo's clips, or the seeds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import soundfile
from allears.profile import Profile, ProfileLanguage

from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.labels import Clip, read_labels
from allears_tools.evaluate.woken import alone
from allears_tools.seeds import LanguageSeed, Phrasing, load_language
from allears_tools.speech.audio import SAMPLE_RATE_HZ
from allears_tools.speech.errors import SpeechError
from allears_tools.testing.errors import DeviceTestError
from allears_tools.testing.reference import Reference

BESIDE_CHECKOUT = Path(__file__).resolve().parents[4] / "shared/realspeech/labels.tsv"
"""Recordings of people, where they stand beside the checkout; `make demo` plays them too."""

_NEGATIVES = 12
"""Near misses, and as many sentences, that `spoken_clips` says."""


def labelled_clips(labels: Path | None) -> tuple[list[Clip], str]:
    """Return the clips of a labels file and what reports call them.

    Without one: the recordings beside the checkout where they are, else the demo's clips.

    Raises:
        LabelsError: the labels file cannot be read.
    """
    if labels is None and not BESIDE_CHECKOUT.is_file():
        return _demo(), "demo clips"
    labels = labels or BESIDE_CHECKOUT
    return read_labels(labels), f"{labels.absolute().parent.name}/{labels.name}"


def spoken_clips(profile: Profile, folder: Path) -> list[Clip]:
    """Say the wake word, every command and some other speech of each language, by espeak-ng.

    Every command is said in its first wording, by a voice that training never heard where the seed
    names one.

    Args:
        folder: for the audio files.

    Raises:
        DeviceTestError: espeak-ng does not speak a language.
        SpeechError: espeak-ng is not installed.
    """
    made: list[Clip] = []
    for entry in profile.languages:
        seed = load_language(entry.language)
        if not _speaks(seed):
            raise DeviceTestError(
                f"espeak-ng does not speak {seed.name}.",
                "its seed file names no voice of espeak-ng",
                "Give --labels with recordings.",
            )
        offered = profile.commands or list(seed.commands)
        wanted = [("wake", phrasing) for phrasing in seed.wake.phrasings]
        wanted += [("command", seed.commands[id][0]) for id in offered if id in seed.commands]
        others = seed.confusables[:_NEGATIVES]
        wanted += [("other-word", seed.pronunciations.get(t, Phrasing(t))) for t in others]
        sentences = seed.filler_sentences[:_NEGATIVES]
        wanted += [("sentence", seed.pronunciations.get(t, Phrasing(t))) for t in sentences]
        made += [
            _say(seed, kind, phrasing, folder / f"{entry.language}_{number:03}.wav")
            for number, (kind, phrasing) in enumerate(wanted)
        ]
    return made


class WakeChoice:
    """Chooses the wake word that goes before commands: the first that wakes the host's listener.

    The demo's clips are tried first, then the labelled ones, then espeak-ng's.

    Args:
        folder: for what espeak-ng says.
        given: taken for every language instead.
    """

    def __init__(self, reference: Reference, folder: Path, given: Path | None = None) -> None:
        self._reference = reference
        self._folder = folder
        self._given = given

    def __call__(self, entry: ProfileLanguage, labelled: list[Clip]) -> Path:
        """Return the recording for a language; one that wakes nothing where none does.

        Raises:
            DeviceTestError: there is none.
        """
        if self._given is not None:
            return self._given
        paths = []
        for path in self._candidates(entry, labelled):
            if any(event.kind == "wake" for event in self._reference.hear(alone(path).samples)):
                return path
            paths.append(path)
        if paths:
            return paths[0]
        raise DeviceTestError(
            f"There is no recording of the wake word {entry.wake_words[0]!r}.",
            "neither the demo nor the labels have one, and espeak-ng does not say it",
            "Give one: --wake FILE",
        )

    def _candidates(self, entry: ProfileLanguage, labelled: list[Clip]) -> Iterator[Path]:
        yield from (clip.path for clip in demo_clips() if clip.text in entry.wake_words)
        yield from (clip.audio for clip in labelled[:_NEGATIVES])
        seed = load_language(entry.language)
        with suppress(SpeechError):  # espeak-ng is not installed
            for number, phrasing in enumerate(seed.wake.phrasings if _speaks(seed) else []):
                path = self._folder / f"wake_{seed.language}_{number}.wav"
                yield _say(seed, "wake", phrasing, path).audio


def _speaks(seed: LanguageSeed) -> bool:
    """Whether espeak-ng speaks a language, as far as its seed file tells."""
    return bool(seed.espeak_voice or seed.voices.espeak)


def _demo() -> list[Clip]:
    clips = []
    for clip in demo_clips():
        seed = load_language(clip.language)
        kind = "wake" if clip.text == seed.wake.text else "command"
        clips.append(_clip(clip.path, clip.language, clip.text, clip.voice, kind, "demo"))
    return clips


def _say(seed: LanguageSeed, kind: str, phrasing: Phrasing, path: Path) -> Clip:
    from allears_tools.speech.engines import engine
    from allears_tools.speech.request import ClipRequest

    kept = [voice.voice for voice in seed.voices.held_out if voice.engine == "espeak"]
    accent, _, variant = (kept[0] if kept else seed.espeak_voice).partition("+")
    request = ClipRequest(
        engine="espeak",
        voice=variant,
        language=seed.language,
        text=phrasing.text,
        accent=accent or seed.espeak_voice,
        ipa=phrasing.ipa_for("espeak"),
    )
    soundfile.write(path, engine("espeak").speak(request), SAMPLE_RATE_HZ)
    return _clip(path, seed.language, phrasing.text, f"espeak:{variant}", kind, "synthetic-espeak")


def _clip(path: Path, language: str, text: str, speaker: str, kind: str, source: str) -> Clip:
    return Clip(
        path=path.name,
        language=language,
        locale=language,
        text=text,
        speaker=speaker,
        kind=kind,
        duration_s=soundfile.info(path).duration,
        source=source,
        licence="ours",
        training="test only",
        audio=path,
    )

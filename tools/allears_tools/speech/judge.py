"""Whisper-base listens to clips and says which cannot be understood.

It is a filter against failed synthesis, not a measure of quality: short words without context are
hard for it, and for km, th, ko, vi and ar it is weak.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from pathlib import Path

import msgspec
import numpy as np

from allears_tools.seeds import LanguageSeed
from allears_tools.speech.cache import Entry, SpeechCache
from allears_tools.speech.errors import SpeechError
from allears_tools.speech.store import require, voices_root
from allears_tools.speech.transcript import character_error, without_repeats

REJECT_CLIP_ERROR = 0.75
"""A clip with more character errors than this is not trained on."""
REJECT_VOICE_ERROR = 0.5
"""A voice is dropped when half of its clips are worse than this."""
_VOICE_MINIMUM = 5
"""Clips heard before a voice is judged as a whole."""
_WEAK = frozenset({"ar", "km", "ko", "th", "vi"})
"""Languages in which Whisper-base mishears so much of single words that its verdict says nothing
of the clip: it would drop most voices."""
_WINDOW_S = 3.0
_PAD_S = (0.4, 0.4)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard in one clip."""

    key: str
    engine: str
    voice: str
    """`mix` stands for all mixes together."""
    text: str
    heard: str
    error: float | None
    """Character error, 0.0 to 1.0; None where the transcript cannot be compared."""

    @property
    def rejected(self) -> bool:
        """Whether training should leave the clip out."""
        return self.error is not None and self.error > REJECT_CLIP_ERROR


class VoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One voice in the table."""

    engine: str
    voice: str
    clips: int
    median_error: float
    rejected: int


class Judge:
    """Whisper-base, int8, one thread."""

    def __init__(self, root: Path | None = None) -> None:
        folder = require("whisper", root or voices_root())
        try:
            from faster_whisper import WhisperModel
            from faster_whisper.tokenizer import Tokenizer
        except ImportError as error:
            raise SpeechError(
                "the judge cannot listen",
                "the package faster-whisper is not installed",
                "pip install 'allears[train]'",
            ) from error
        self._tokenizer_type = Tokenizer
        self._whisper = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1
        )

    def hear(self, samples: np.ndarray, language: str) -> str:
        """Transcript of one clip (int16 [n], 16 kHz)."""
        before, after = (int(s * 16_000) for s in _PAD_S)
        audio = np.pad(samples / np.float32(32768), (before, after)).astype(np.float32)
        shortfall = int(_WINDOW_S * 16_000) - len(audio)
        # Three seconds instead of Whisper's thirty: ten times as fast, and as good on words.
        audio = np.pad(audio, (0, max(0, shortfall)))
        features = self._whisper.feature_extractor(audio, padding=0)
        features = features[:, : features.shape[1] // 2 * 2]
        tokenizer = self._tokenizer_type(
            self._whisper.hf_tokenizer, True, task="transcribe", language=language
        )
        result = self._whisper.model.generate(
            self._whisper.encode(features),
            [[*tokenizer.sot_sequence, tokenizer.no_timestamps]],
            beam_size=2,
            max_length=12 + 8 * int(len(audio) / 16_000 + 1),
        )[0]
        return without_repeats(tokenizer.decode(result.sequences_ids[0]).strip())


def knows(language: str) -> bool:
    """Whether the judge's verdict on a language is worth having."""
    return language not in _WEAK


def judge_sample(
    cache: SpeechCache,
    seed: LanguageSeed,
    judge: Judge,
    *,
    per_voice: int,
    engine: str = "",
    seconds: float | None = None,
) -> int:
    """Hear a sample of every voice and write the verdicts; returns how many are new."""
    if not knows(seed.language):
        raise SpeechError(
            f"the judge cannot score {seed.language}",
            "Whisper-base does not know the language well enough",
            "let a speaker listen to exported clips",
        )
    heard = {v.key: v for v in verdicts(cache, seed.language)}
    done: dict[tuple[str, str], int] = defaultdict(int)
    for verdict in heard.values():
        done[verdict.engine, verdict.voice] += 1
    deadline = None if seconds is None else time.time() + seconds
    path = _path(cache, seed.language)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = 0
    with path.open("ab") as out:
        # Keys are hashes: in their order, the texts of a voice are mixed and never change place.
        for entry in sorted(cache.entries(language=seed.language), key=lambda e: e.key):
            name = voice_name(entry)
            if entry.key in heard or (engine and entry.request.engine != engine):
                continue
            if done[entry.request.engine, name] >= per_voice * (10 if name == "mix" else 1):
                continue
            if deadline is not None and time.time() > deadline:
                break
            done[entry.request.engine, name] += 1
            text = judge.hear(cache.read(entry), seed.language)
            verdict = Verdict(
                key=entry.key,
                engine=entry.request.engine,
                voice=name,
                text=entry.request.text,
                heard=text,
                error=character_error(entry.request.text, text, seed),
            )
            out.write(msgspec.json.encode(verdict) + b"\n")
            out.flush()
            new += 1
    return new


def verdicts(cache: SpeechCache, language: str) -> list[Verdict]:
    """All verdicts on a language; half a line left by an interruption is passed over."""
    path = _path(cache, language)
    found = []
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        try:
            found.append(msgspec.json.decode(line, type=Verdict))
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue
    return found


def summary(cache: SpeechCache, language: str) -> list[VoiceRow]:
    """One row a voice, worst first."""
    groups: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts(cache, language):
        if verdict.error is not None:
            groups[verdict.engine, verdict.voice].append(verdict)
    rows = [
        VoiceRow(
            engine=engine,
            voice=voice,
            clips=len(group),
            median_error=statistics.median(v.error for v in group if v.error is not None),
            rejected=sum(v.rejected for v in group),
        )
        for (engine, voice), group in groups.items()
    ]
    return sorted(rows, key=lambda r: (-r.median_error, r.engine, r.voice))


def intelligible(cache: SpeechCache, language: str) -> list[Entry]:
    """Entries of a language without the rejected clips and the dropped voices."""
    rejected = {v.key for v in verdicts(cache, language) if v.rejected}
    dropped = {
        (r.engine, r.voice)
        for r in summary(cache, language)
        if r.clips >= _VOICE_MINIMUM and r.median_error > REJECT_VOICE_ERROR and r.voice != "mix"
    }
    return cache.entries(
        where=lambda e: e.key not in rejected and (e.request.engine, voice_name(e)) not in dropped,
        language=language,
    )


def voice_name(entry: Entry) -> str:
    """Voice of an entry, all mixes taken together."""
    return "mix" if "+" in entry.request.voice else entry.request.voice


def _path(cache: SpeechCache, language: str) -> Path:
    return cache.folder / "verdicts" / f"{language}.jsonl"

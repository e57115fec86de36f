"""Finds commands that people said within running speech, by Whisper's word times.

Where every positive is synthetic, a head learns the synthesiser; a few hundred real words keep
it honest. Only recordings that may train are read, and never those kept for testing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.seeds import LanguageSeed, match_command
from allears_tools.training.material import load_clip
from allears_tools.training.streams import SAMPLE_RATE_HZ, Utterance

_MARGIN_S = 0.06
_LEAST_PROBABILITY = 0.6
_LENGTH_S = (0.12, 1.2)


class FoundWord(msgspec.Struct, frozen=True):
    """A command's word in a recording, with Whisper's times and probability."""

    path: str
    text: str
    command: str
    start_s: float
    end_s: float
    probability: float


def transcribe(
    seed: LanguageSeed,
    labels: Path,
    whisper_dir: Path,
    found_file: Path,
    report: Callable[[dict[str, Any]], None],
) -> None:
    """Write every command word heard in a language's sentences to ``found_file`` (JSON lines).

    Recordings already in the file are passed over, so that an interrupted run goes on.
    """
    from faster_whisper import WhisperModel

    model = WhisperModel(str(whisper_dir), device="cpu", compute_type="int8", cpu_threads=1)
    done = set()
    if found_file.exists():
        done = {json.loads(line)["path"] for line in found_file.read_text("utf-8").splitlines()}
    clips = [
        c
        for c in read_labels(labels)
        if c.language == seed.language and c.kind == "sentence" and not is_test(c)
    ]
    with found_file.open("a", encoding="utf-8") as out:
        for number, clip in enumerate(clips):
            if clip.path in done:
                continue
            segments, _ = model.transcribe(
                load_clip(clip.audio),
                language=seed.language,
                beam_size=1,
                word_timestamps=True,
                condition_on_previous_text=False,
            )
            words = [w for s in segments for w in s.words or []]
            lines = [{"path": clip.path, "words": len(words)}]
            for word in words:
                command = match_command(seed, word.word)
                if command is not None:
                    lines.append(
                        msgspec.to_builtins(
                            FoundWord(
                                clip.path,
                                word.word.strip(),
                                command,
                                float(word.start),
                                float(word.end),
                                float(word.probability),
                            )
                        )
                    )
            out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            out.flush()
            if number % 20 == 0:
                report({"mined": number, "of": len(clips)})


def mined_utterances(found_file: Path, labels: Path, classes: list[str]) -> list[Utterance]:
    """The words found, cut out of their recordings."""
    found = [
        msgspec.convert(line, FoundWord)
        for line in map(json.loads, found_file.read_text("utf-8").splitlines())
        if "command" in line
    ]
    out = []
    for word in found:
        length = word.end_s - word.start_s
        if word.probability < _LEAST_PROBABILITY or not _LENGTH_S[0] <= length <= _LENGTH_S[1]:
            continue
        samples = load_clip(labels.parent / word.path)
        begin = max(0, int((word.start_s - _MARGIN_S) * SAMPLE_RATE_HZ))
        cut = samples[begin : int((word.end_s + _MARGIN_S) * SAMPLE_RATE_HZ)].copy()
        fade = min(len(cut) // 4, SAMPLE_RATE_HZ // 50)
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        cut[:fade] *= ramp
        cut[-fade:] *= ramp[::-1]
        out.append(Utterance(cut, classes.index(word.command)))
    return out

"""The held-out synthetic clips as a labels file, so that `allears evaluate` can hear them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from allears_tools.evaluate.labels import COLUMNS
from allears_tools.speech.audio import SAMPLE_RATE_HZ
from allears_tools.speech.cache import SpeechCache
from allears_tools.speech.errors import SpeechError

SYNTHETIC = "synthetic-"
"""What a source begins with whose voices are no people's; the engine's name follows."""

_KIND = {"command": "command", "wake": "wake", "filler": "sentence"}
"""Kinds of a labels file by role; every other role is an `other-word`."""


def export_held_out(
    cache: SpeechCache, language: str, folder: Path, texts: Collection[str] | None = None
) -> Path:
    """Write a language's held-out clips as WAV files beside a labels.tsv, and return its path.

    The source of each row is ``synthetic-<engine>``, the speaker its voice, so that no report can
    take them for people.

    Args:
        cache: where the clips are.
        language: whose clips.
        folder: for the files.
        texts: only clips of these; the cache may hold what a seed no longer says.

    Raises:
        SpeechError: there are none.
    """
    entries = cache.entries(
        where=lambda e: texts is None or e.request.text.rstrip(".!?") in texts,
        language=language,
        split="held_out",
    )
    if not entries:
        raise SpeechError(
            f"the speech cache holds no held-out {language} clips",
            "they were not synthesised yet",
            f"run: allears speech synth --language {language} --held-out",
        )
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["\t".join(COLUMNS)]
    for entry in sorted(entries, key=lambda e: e.key):
        request = entry.request
        name = f"{request.engine}-{entry.key[:16]}.wav"
        cache.write_wav(entry, folder / name)
        cells = {
            "path": name,
            "language": language,
            "text": request.text.rstrip(".!?"),
            "speaker": f"{request.engine}:{request.voice}",
            "kind": _KIND.get(entry.role, "other-word"),
            "duration_s": f"{entry.duration_s:.2f}",
            "sample_rate_hz": str(SAMPLE_RATE_HZ),
            "source": f"{SYNTHETIC}{request.engine}",
            "licence": "ours",
            "training": "test only",
        }
        rows.append("\t".join(cells[column] for column in COLUMNS))
    labels = folder / "labels.tsv"
    labels.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return labels

"""A folder of recordings: WAV files and the labels.tsv that evaluate, test and train read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import soundfile
from allears.contract import SAMPLE_RATE_HZ
from allears.errors import AllEarsError
from numpy.typing import NDArray

from allears_tools.evaluate.labels import COLUMNS, read_labels
from allears_tools.record.script import Line

SOURCE = "allears record"


class Recordings:
    """The folder `path`, made if it is missing; what is in it stays.

    Args:
        language: of what is said.
        speaker: who says it.
        licence: under what terms; `training` is what the labels say: "yes" or "test only".

    Raises:
        AllEarsError: the folder cannot be made, or its labels.tsv is damaged.
    """

    def __init__(self, path: Path, language: str, speaker: str, licence: str, training: str):
        self._path = path
        self._same = {
            "language": language,
            "speaker": speaker,
            "sample_rate_hz": str(SAMPLE_RATE_HZ),
            "source": SOURCE,
            "licence": licence,
            "training": training,
        }
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise AllEarsError(
                f"Cannot make the folder {path}: {fault.strerror}.", "", "Give another --out."
            ) from fault
        clips = read_labels(self.labels) if self.labels.exists() else []
        self._taken = Counter(
            clip.text for clip in clips if (clip.language, clip.speaker) == (language, speaker)
        )

    @property
    def labels(self) -> Path:
        """The labels file."""
        return self._path / "labels.tsv"

    def takes(self, line: Line) -> int:
        """How many takes of a line by this speaker there are."""
        return self._taken[line.text]

    def add(self, line: Line, samples: NDArray[np.int16]) -> Path:
        """Write a take, int16 ``[n]``, and its line in the labels; return its file.

        Raises:
            AllEarsError: the folder cannot be written.
        """
        folder = self._path / self._same["language"] / self._same["speaker"]
        number = self._taken[line.text] + 1
        path = folder / f"{line.name}-{number}.wav"
        cells = {
            **self._same,
            "path": str(path.relative_to(self._path)),
            "text": line.text,
            "kind": line.kind,
            "duration_s": f"{len(samples) / SAMPLE_RATE_HZ:.2f}",
        }
        try:
            folder.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, samples, SAMPLE_RATE_HZ, subtype="PCM_16")
            new = not self.labels.exists()
            with self.labels.open("a", encoding="utf-8") as labels:
                if new:
                    labels.write("\t".join(COLUMNS) + "\n")
                labels.write("\t".join(cells[column] for column in COLUMNS) + "\n")
        except OSError as fault:
            raise AllEarsError(
                f"Cannot write {path}: {fault.strerror}.", "a full disk", "Give another --out."
            ) from fault
        self._taken[line.text] += 1
        return path

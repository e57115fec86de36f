"""Reads a labels file: one line a clip, tab-separated, with a header.

The columns are ``path language text speaker kind duration_s sample_rate_hz source licence
training``; ``path`` is relative to a root folder, by default the labels file's own.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from allears_tools.evaluate.corrections import corrected
from allears_tools.evaluate.errors import LabelsError

COLUMNS = (
    "path",
    "language",
    "text",
    "speaker",
    "kind",
    "duration_s",
    "sample_rate_hz",
    "source",
    "licence",
    "training",
)

_OLD_CODES = {"iw": "he", "in": "id", "cmn": "zh", "swh": "sw", "zsm": "ms", "pes": "fa"}
"""Codes that labels in the wild use for a language whose seed file has another name."""


@dataclass(frozen=True)
class Clip:
    """One labelled recording.

    ``language`` is a seed file's name ("zh"), empty for noise; ``locale`` is what the labels
    file said ("zh-CN"). ``training`` is the labels file's word: "yes", "noise: yes" or
    "test only".
    """

    path: str
    language: str
    locale: str
    text: str
    speaker: str
    kind: str
    duration_s: float
    source: str
    licence: str
    training: str
    audio: Path

    @property
    def trainable(self) -> bool:
        """Whether the labels file permits training on the clip."""
        return self.training.endswith("yes")


def language_of(locale: str) -> str:
    """Map a locale of a labels file to our language code: "zh-CN" -> "zh", "" -> ""."""
    primary = locale.strip().replace("_", "-").split("-")[0].lower()
    return _OLD_CODES.get(primary, primary)


def read_labels(path: Path | str, root: Path | str | None = None) -> list[Clip]:
    """Read every line of a labels file.

    Args:
        path: the labels file (UTF-8, tab-separated, with a header).
        root: the folder that the audio paths start from; by default the labels file's folder.

    Returns: the clips in the file's order, labels known to be wrong put right (`corrections`).
        The audio files are not opened or looked for.

    Raises:
        LabelsError: the file is missing, not text, lacks a column, or a line is malformed.
    """
    path = Path(path)
    root = Path(root) if root is not None else path.parent
    if not path.is_file():
        raise LabelsError(
            f"There is no labels file {path}.",
            "the path is mistyped, or the recordings were not fetched",
            "Give --labels the path of a tab-separated file with a header line.",
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # Texts hold stray quotation marks, so none is special.
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise LabelsError(
                    f"{path} lacks the column{'s' if len(missing) > 1 else ''} "
                    f"{', '.join(missing)}.",
                    "the first line is no header, or the columns are not separated by tabs",
                    f"Start the file with this line, tab-separated: {' '.join(COLUMNS)}",
                )
            return [_clip(row, root, path, reader.line_num) for row in reader]
    except UnicodeDecodeError as error:
        raise LabelsError(
            f"{path} is not UTF-8 text ({error.reason} at byte {error.start}).",
            "it is another kind of file, or was saved in another encoding",
            "Save the labels as UTF-8.",
        ) from error


def _clip(row: dict[str, str | None], root: Path, file: Path, line: int) -> Clip:
    empty = [name for name in COLUMNS if row[name] is None]
    if empty or None in row:  # DictReader keeps surplus values under the key None
        raise LabelsError(
            f"{file}, line {line}: {'too few' if empty else 'too many'} columns.",
            "a tab is missing or one too many",
            f"Give each line {len(COLUMNS)} tab-separated values; they may be empty.",
        )
    text = {name: (row[name] or "").strip() for name in COLUMNS}
    try:
        duration_s = float(text["duration_s"])
    except ValueError:
        raise LabelsError(
            f"{file}, line {line}: duration_s is {text['duration_s']!r}, not a number.",
            "the columns are in another order than the header says",
            "Write the clip's length in seconds, such as 1.25.",
        ) from None
    if not text["path"]:
        raise LabelsError(
            f"{file}, line {line}: path is empty.",
            "the line names no audio file",
            "Write the audio file's path, relative to the labels file or to --root.",
        )
    locale, said = corrected(text["path"], text["language"], text["text"])
    return Clip(
        path=text["path"],
        language=language_of(locale),
        locale=locale,
        text=said,
        speaker=text["speaker"],
        kind=text["kind"],
        duration_s=duration_s,
        source=text["source"],
        licence=text["licence"],
        training=text["training"],
        audio=root / text["path"],
    )

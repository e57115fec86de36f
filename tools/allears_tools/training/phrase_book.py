"""The phrase teacher as a file: all it takes to hear phrases in Whisper's answers.

`train ear` makes one; the one that comes with the tools (its card lies beside it) teaches heads on
a machine that trained no ear.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from allears_tools.training.distillation import WHISPER_COMPONENTS, Projection
from allears_tools.training.phrase_teacher import PhraseTeacher

COMMITTED = Path(__file__).parents[1] / "teachers" / "phrases.npz"
MADE = Path("ear") / "phrases.npz"
"""Below the work folder."""
_BATCH = 32


@dataclass
class PhraseBook:
    """Whisper's raw answers → its components → the hidden layer → phrases.

    ``phrases``: language and words of each class, "sr|levo"; class 0, "", is none of them.
    """

    projection: Projection
    teacher: PhraseTeacher
    phrases: list[str]

    def hidden(self, whisper: NDArray[np.float16]) -> NDArray[np.float16]:
        """[chunks, steps, 512] → float16 [chunks, steps, width]."""
        out = []
        with torch.no_grad():
            for start in range(0, len(whisper), _BATCH):
                components = self.projection(whisper[start : start + _BATCH]).astype(np.float32)
                heard = self.teacher(torch.from_numpy(components).transpose(1, 2))
                out.append(heard.numpy().astype(np.float16))
        return np.concatenate(out)


def write_book(book: PhraseBook, path: Path) -> None:
    """Write ``phrases.npz``; weights as float16."""
    weights = {
        f"weights/{name}": values.numpy().astype(np.float16 if values.ndim > 1 else np.float32)
        for name, values in book.teacher.state_dict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        mean=book.projection.mean.astype(np.float32),
        axes=book.projection.axes.astype(np.float32),
        phrases=np.frombuffer(json.dumps(book.phrases).encode(), np.uint8),
        **weights,
    )


def read_book(path: Path) -> PhraseBook:
    """Read what `write_book` wrote."""
    with np.load(path) as stored:
        phrases: list[str] = json.loads(stored["phrases"].tobytes())
        state = {
            name.removeprefix("weights/"): torch.from_numpy(np.array(stored[name])).float()
            for name in stored.files
            if name.startswith("weights/")
        }
        projection = Projection(stored["mean"], stored["axes"])
    width = state["phrase.weight"].shape[1]
    teacher = PhraseTeacher(WHISPER_COMPONENTS, len(phrases), width)
    teacher.load_state_dict(state)
    return PhraseBook(projection, teacher.eval(), phrases)


def book_for(work: Path) -> Path:
    """The book of the ear that was trained here, or the one that comes with the tools."""
    made = work / MADE
    return made if made.exists() else COMMITTED

"""A wake word of `allears train --wake`, heard as a language's own is."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
from allears import Listener
from allears.locate import models_dir
from allears.wake import load_manifest

from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.neutral import NeutralListener
from allears_tools.evaluate.provenance import VERIFIER_FILES
from allears_tools.seeds import LanguageSeed, Phrasing, load_language


@dataclass(frozen=True)
class NewWake:
    """The wake word of a folder: a `ListenerFactory`, and what else an evaluation needs of it."""

    folder: Path
    wake_word: str
    files: tuple[Path, ...]
    """The manifest and the model that it names; those of its verifier, and the ear, if it has one.
    """

    @classmethod
    def load(cls, folder: Path) -> NewWake:
        """Read a folder's `wake.json`.

        Raises:
            AllEarsError: the folder holds no wake word.
        """
        path = folder / "wake.json"
        manifest = load_manifest(path)
        model = folder / manifest.model
        if not model.is_file():
            raise EvaluationError(
                f"There is no {manifest.model} in {folder}.",
                "wake.json names it as its model",
                "Put it beside wake.json, or train the word again: allears train --wake",
            )
        verifier = tuple(folder / name for name in VERIFIER_FILES if (folder / name).is_file())
        ear = (models_dir() / "ear.tflite",) if verifier else ()
        return cls(folder, manifest.wake_word, (path, model, *verifier, *ear))

    def seed(self, language: str) -> LanguageSeed:
        """The language with this wake word: its own is a negative like all else."""
        seed = load_language(language)
        phrasings = [Phrasing(self.wake_word)]
        wake = msgspec.structs.replace(seed.wake, text=self.wake_word, phrasings=phrasings)
        return msgspec.structs.replace(seed, wake=wake)

    def __call__(self, profile: str, language: str, stage: str) -> Listener:
        """Build a listener that reports the word; `profile` is passed over."""
        with tempfile.TemporaryDirectory() as models:
            stand_in = Path(models) / language
            stand_in.mkdir()
            for file in self.files:
                shared = file.name == "ear.tflite"
                shutil.copy(file, Path(models) if shared else stand_in)
            return NeutralListener(Path(models))(profile, language, "wake")

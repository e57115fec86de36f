"""Which recordings of people join a head's positives."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from allears_tools.evaluate.labels import COLUMNS
from allears_tools.seeds import load_language
from allears_tools.training.command_streams import command_classes
from allears_tools.training.people import real_commands

NUMBER = {name: index for index, name in enumerate(command_classes())}


def _labels(folder: Path, texts: list[str], training: str = "yes") -> Path:
    """A labels file of noise bursts, four speakers a text."""
    rows = ["\t".join(COLUMNS)]
    burst = (np.random.default_rng(0).standard_normal(8000) * 3000).astype("<i2").tobytes()
    for index, text in enumerate(texts):
        for speaker in range(4):
            name = f"{index}_{speaker}.wav"
            with wave.open(str(folder / name), "wb") as file:
                file.setparams((1, 2, 16000, 0, "NONE", ""))
                file.writeframes(burst)
            rows.append(
                f"{name}\ten\t{text}\ts{speaker}\tcommand\t0.5\t16000\town\tCC0\t{training}"
            )
    path = folder / "labels.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def _phrasings(count: int) -> list[str]:
    return [said[0].text for said in list(load_language("en").commands.values())[:count]]


def test_people_who_say_most_commands_teach_them_and_their_other_words(tmp_path: Path) -> None:
    labels = _labels(tmp_path, [*_phrasings(20), "rhubarb"])
    said, other = real_commands(labels, "en", NUMBER)
    assert len({u.label for u in said}) == 20
    assert other and all(u.label == 0 for u in other)
    assert len(said) == 20 * len(other), "every speaker of the training side said each word once"


def test_people_who_say_few_commands_teach_none(tmp_path: Path) -> None:
    assert real_commands(_labels(tmp_path, _phrasings(3)), "en", NUMBER) == ([], [])


def test_recordings_that_may_not_train_do_not(tmp_path: Path) -> None:
    assert real_commands(_labels(tmp_path, _phrasings(20), "test only"), "en", NUMBER) == ([], [])

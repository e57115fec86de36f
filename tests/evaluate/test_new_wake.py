"""A wake word of one's own against recordings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from allears.errors import AllEarsError
from allears.locate import models_dir
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.new_wake import measure_new_wake, seed_of_word

from tests.evaluate.conftest import Recordings


@pytest.fixture
def umbrella(tmp_path: Path) -> Path:
    """The English wake model under another name."""
    folder = tmp_path / "umbrella"
    folder.mkdir()
    shutil.copy(models_dir() / "en" / "wake.tflite", folder)
    manifest = json.loads((models_dir() / "en" / "wake.json").read_text("utf-8"))
    (folder / "wake.json").write_text(json.dumps({**manifest, "wake_word": "umbrella"}), "utf-8")
    return folder


def test_its_own_word_is_due_and_the_languages_is_not(
    umbrella: Path, recordings: Recordings
) -> None:
    recordings.add([12000], "umbrella", locale="en", kind="wake")
    recordings.add([12000], "computer", locale="en", kind="wake")
    recordings.add([12000], "one", locale="en")
    recordings.add([12000], "eins", locale="de")
    found = measure_new_wake(umbrella, "en", recordings.labels)
    assert (found["wake_word"], found["stage"]) == ("umbrella", "wake")
    assert (found["in_vocabulary_clips"], found["out_of_vocabulary_clips"]) == (1, 2)
    assert (found["none"], found["false_events"]) == (1, 0), "beeps wake nobody"
    assert set(found["models"]) == {"wake.tflite", "wake.json"}
    others = measure_new_wake(umbrella, "en", recordings.labels, others=True)
    assert others["out_of_vocabulary_clips"] == 3


def test_a_folder_without_a_wake_word_is_told(umbrella: Path, recordings: Recordings) -> None:
    recordings.add([12000], "umbrella", locale="en", kind="wake")
    (umbrella / "wake.tflite").unlink()
    with pytest.raises(EvaluationError, match=r"no wake\.tflite"):
        measure_new_wake(umbrella, "en", recordings.labels)
    with pytest.raises(AllEarsError, match=r"Cannot read .*wake\.json"):
        measure_new_wake(umbrella.parent / "nowhere", "en", recordings.labels)


def test_the_rest_of_the_language_stays() -> None:
    seed = seed_of_word("en", "umbrella")
    assert [p.text for p in seed.wake.phrasings] == ["umbrella"]
    assert seed.commands and seed.language == "en"

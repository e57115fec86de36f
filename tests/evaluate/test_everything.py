"""All languages at once: figures on the cards, one table, JSON, README and picture."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from allears.locate import models_dir
from allears_tools.cards.readme import BEGIN, END
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.everything import (
    evaluate_all,
    languages_with_models,
    lines,
    write_everything,
)
from allears_tools.evaluate.labels import COLUMNS
from rich.console import Console

CLIPS = Path(__file__).resolve().parents[2] / "tools/allears_tools/demo/clips"
LANGUAGES = ("en", "sr")
pytestmark = pytest.mark.skipif(
    not all((models_dir() / code / "commands.json").is_file() for code in LANGUAGES),
    reason="needs English and Serbian models",
)


def _labels(folder: Path, rows: list[tuple[str, str, str, str]]) -> Path:
    """A labels file of the demo's clips: file, language, text, kind."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(COLUMNS)]
    for file, language, text, kind in rows:
        shutil.copy(CLIPS / file, folder)
        lines.append(
            f"{file}\t{language}\t{text}\t{file}\t{kind}\t1.0\t16000\tmade\tours\ttest only"
        )
    path = folder / "labels.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models with two languages, measured."""
    root = tmp_path_factory.mktemp("all")
    models = root / "models"
    models.mkdir()
    shutil.copy(models_dir() / "ear.tflite", models)
    for code in LANGUAGES:
        shutil.copytree(models_dir() / code, models / code)
        card = {"language": code, "name": code.upper(), "tier": "B"}
        (models / code / "card.yaml").write_text(yaml.safe_dump(card))
    people = _labels(
        root / "people",
        [
            ("en_three_rms.flac", "en", "three", "digit"),
            ("en_computer_slt.flac", "en", "computer", "wake"),
        ],
    )
    held_out = root / "held-out"
    _labels(held_out / "sr", [("sr_tri_pf_dora.flac", "sr", "tri", "digit")])
    evaluate_all(models, people, held_out, 1, Console(quiet=True))
    return root


def test_each_card_has_what_could_be_measured(world: Path) -> None:
    cards = {c: yaml.safe_load((world / f"models/{c}/card.yaml").read_text()) for c in LANGUAGES}
    assert cards["en"]["figures"]["commands"]["total"]["in_vocabulary_clips"] == 1
    assert cards["en"]["figures"]["wake"]["total"]["in_vocabulary_clips"] == 1
    assert cards["sr"]["synthetic_held_out"]["commands"]["total"]["in_vocabulary_clips"] == 1
    heard = cards["sr"]["figures"]["wake"]["total"]
    assert heard["out_of_vocabulary_clips"] == 2, "English speech must not wake Serbian"
    assert all(
        card["status"] == "experimental" and card["status_reasons"] for card in cards.values()
    )


def test_json_readme_and_picture_tell_the_cards(world: Path) -> None:
    pytest.importorskip("matplotlib", reason="figures come with the extra [tools]")
    readme = world / "README.md"
    readme.write_text(f"{BEGIN}\n{END}\n")
    found = lines(world / "models")
    write_everything(world / "models", found, world / "all.json", readme, world / "map.png")
    told = {line["language"]: line for line in json.loads((world / "all.json").read_text())}
    assert told["sr"]["commands"]["synthetic"]["in_vocabulary_clips"] == 1
    assert told["en"]["status"] == "experimental" and told["en"]["falls_short"]
    text = readme.read_text()
    assert "| EN (experimental) | B |" in text and "| SR (experimental) | B |" in text
    assert (world / "map.png").stat().st_size > 1000


def test_languages_without_models_are_left_out(tmp_path: Path) -> None:
    assert languages_with_models(tmp_path) == []
    with pytest.raises(EvaluationError, match="no models"):
        evaluate_all(tmp_path, None, tmp_path, 1, Console(quiet=True))

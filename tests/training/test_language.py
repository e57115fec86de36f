"""One command from seeds to card, on next to nothing: every step, then none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from allears.locate import models_dir
from allears_tools.cli import run
from allears_tools.evaluate.labels import COLUMNS
from allears_tools.speech import recipe
from allears_tools.training import language
from allears_tools.training.card import file_sha256
from allears_tools.training.language import STEPS

pytest.importorskip("espeakng_loader", reason="the clips are espeak-ng's")
pytestmark = pytest.mark.skipif(
    not (models_dir() / "ear.tflite").is_file(), reason="there is no ear here"
)
CLIPS = Path(__file__).resolve().parents[2] / "tools/allears_tools/demo/clips"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ear, one recording of a "person", and an empty cache."""
    root = tmp_path_factory.mktemp("world")
    (root / "models").mkdir()
    shutil.copy(models_dir() / "ear.tflite", root / "models")
    shutil.copy(CLIPS / "sr_tri_pf_dora.flac", root)
    row = "sr_tri_pf_dora.flac\tsr\ttri\tdora\tdigit\t1.0\t16000\tmade\tours\ttest only"
    (root / "labels.tsv").write_text("\t".join(COLUMNS) + f"\n{row}\n", encoding="utf-8")
    return root


@pytest.fixture
def train(world: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `allears train`; returns the exit status and what became of each step."""
    monkeypatch.setenv("ALLEARS_CACHE", str(world / "cache"))

    def espeak_alone(*given: Any, **named: Any) -> list[Any]:
        # The neural voices are no part of a checkout.
        jobs = recipe.held_out_jobs(*given, **named)
        return [job for job in jobs if job.request.engine == "espeak"]

    monkeypatch.setattr(language, "held_out_jobs", espeak_alone)

    def call(*more: str) -> tuple[int, dict[str, str]]:
        line = ["train", "--language", "sr", "--labels", str(world / "labels.tsv"), "--json"]
        line += ["--kokoro", "0", "--espeak", "1", "--streams", "64", "--epochs", "1"]
        status = run([*line, "--out", str(world / "models"), "--jobs", "1", *more])
        out = capsys.readouterr().out
        (summary,) = json.loads(out) if out else ({"steps": []},)
        return status, {step["step"]: step["status"] for step in summary["steps"]}

    return call


def test_from_seed_to_card_and_then_nothing(world: Path, train: Any) -> None:
    status, steps = train()
    assert status == 0
    assert tuple(steps) == STEPS and set(steps.values()) == {"done"}
    card = yaml.safe_load((world / "models/sr/card.yaml").read_text("utf-8"))
    assert card["status"] == "experimental" and "threshold" in card
    assert card["figures"]["commands"]["total"]["in_vocabulary_clips"] == 1
    assert card["synthetic_held_out"]["wake"]["total"]["in_vocabulary_clips"] >= 10
    status, steps = train()
    assert status == 0
    assert set(steps.values()) == {"up to date", "not needed"}


def test_what_changed_is_made_again_and_what_hangs_on_it(world: Path, train: Any) -> None:
    train()
    status, steps = train("--only", "threshold", "--again")
    assert status == 0 and steps["threshold"] == "done" and steps["commands"] == "not needed"
    (world / "models/sr/wake.tflite").unlink()
    _, steps = train("--only", "wake")
    assert steps["wake"] == "done" and steps["commands"] == "not needed"


def test_a_head_without_other_languages_says_so_on_its_card(world: Path, train: Any) -> None:
    status, steps = train("--only", "commands", "--other-languages", "0")
    assert status == 0 and steps["commands"] == "done"
    card = yaml.safe_load((world / "models/sr/card.yaml").read_text("utf-8"))
    assert card["commands"]["recipe"]["other_languages"] == 0


def test_the_head_that_is_there_teaches_where_asked(world: Path, train: Any) -> None:
    train("--only", "commands")
    head = world / "models/sr/commands.tflite"
    before = file_sha256(head)
    assert train("--only", "commands", "--again", "--taught-by-earlier")[0] == 0
    card = yaml.safe_load((world / "models/sr/card.yaml").read_text("utf-8"))
    assert card["commands"]["taught_by_sha256"] == [before]
    manifest = head.with_suffix(".json")
    other = manifest.read_text("utf-8").replace(file_sha256(world / "models/ear.tflite"), "0" * 64)
    manifest.write_text(other, encoding="utf-8")
    assert train("--only", "commands", "--again", "--taught-by-earlier")[0] == 0
    card = yaml.safe_load((world / "models/sr/card.yaml").read_text("utf-8"))
    assert "taught_by_sha256" not in card["commands"], "a head of another ear cannot teach"


def test_a_cutoff_is_set_on_recordings_that_may_train(
    world: Path, train: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    train("--only", "wake")
    row = (world / "labels.tsv").read_text("utf-8")
    may = world / "may.tsv"
    may.write_text(row.replace("test only", "yes").replace("dora", "anna"), encoding="utf-8")
    shutil.copy(world / "sr_tri_pf_dora.flac", world / "sr_tri_pf_anna.flac")
    line = ["train", "cutoff", "--language", "sr", "--out", str(world / "models"), "--labels"]
    assert run([*line, str(world / "labels.tsv")]) == 2
    assert "No recording of" in capsys.readouterr().err
    assert run([*line, str(may)]) == 0
    capsys.readouterr()
    manifest = json.loads((world / "models/sr/wake.json").read_text("utf-8"))
    assert 0.9 <= manifest["micro"]["probability_cutoff"] <= 0.98
    card = yaml.safe_load((world / "models/sr/card.yaml").read_text("utf-8"))
    told = card["wake"]["cutoff"]
    assert told["value"] == manifest["micro"]["probability_cutoff"]
    assert told["hours"] >= 0
    assert train("--only", "wake", "--again")[1]["wake"] == "done"
    card = yaml.safe_load((world / "models/sr/card.yaml").read_text("utf-8"))
    assert "cutoff" not in card["wake"], "another model has another cutoff"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["--language", "sr", "--only", "dance"], "There is no step 'dance'"),
        (["--language", "xx"], "There is no language 'xx'"),
        (["--json"], "No language is named"),
    ],
)
def test_what_is_misspelt_is_told(
    line: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", *line]) == 2
    assert told in capsys.readouterr().err

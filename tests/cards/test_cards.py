"""Figures from a report to the card to the README."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from allears.locate import models_dir
from allears_tools import cli
from allears_tools.cards.heat_map import COLUMNS, draw_heat_map, shares
from allears_tools.cards.readme import BEGIN, END, figures_table
from allears_tools.cards.rule import status

CHECKOUT = Path(__file__).resolve().parents[2]


def _counts(right: int, clips: int, negatives: int) -> dict[str, Any]:
    return {
        "right": right,
        "in_vocabulary_clips": clips,
        "right_rate": right / clips if clips else None,
        "right_interval": [0.81234567, 0.95] if clips else None,
        "out_of_vocabulary_clips": negatives,
        "false_events": 1,
        "false_clip_rate": 1 / negatives if negatives else None,
        "negative_hours": 0.5,
        "false_per_hour": 2.0 if negatives else None,
        "wrong": 3,
    }


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report such as `allears evaluate --json` writes, and a README and a card beside it."""
    folder = tmp_path / "models/en"
    folder.mkdir(parents=True)
    (folder / "card.yaml").write_text("language: en\nname: English\ntier: A\n")
    (tmp_path / "README.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    sources = {"en_fsdd": _counts(90, 100, 0), "talk": _counts(0, 0, 20), "few": _counts(1, 2, 0)}
    head = {"language": "en", "stage": "commands", "split": "test", "date": "2026-01-01"}
    head |= {"interpreter": "litert", "models": {}, "latency_s": {"p50": 0.2}}
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**head, **_counts(91, 102, 20), "by_source": sources}))
    return path


def _run(report: Path) -> int:
    folder = report.parent
    places = ["--readme", str(folder / "README.md"), "--models", str(folder / "models")]
    return cli.run(["cards", str(report), *places])


def test_a_report_goes_to_the_card_and_the_readme(report: Path) -> None:
    assert _run(report) == 0
    card = yaml.safe_load((report.parent / "models/en/card.yaml").read_text())
    assert card["name"] == "English"
    figures = card["figures"]["commands"]
    assert figures["by_source"]["en_fsdd"]["right_interval"] == [0.8123, 0.95]
    assert "wrong" not in figures["total"]
    text = (report.parent / "README.md").read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert text.count("| English (experimental) | A | – | 89.2% (81%–95%; 91 of 102)") == 1
    assert ": en_fsdd 90 of 100 | fires in 5.0% of 20 clips | – | – | 0 KB |" in text
    assert "few" not in text


def _with_sources(report: Path, *names: str) -> None:
    content = json.loads(report.read_text())
    content["by_source"] = {name: _counts(9, 10, 0) for name in names}
    report.write_text(json.dumps(content))


def test_synthetic_voices_do_not_stand_where_people_do(report: Path) -> None:
    _with_sources(report, "synthetic-kokoro", "synthetic-espeak")
    assert _run(report) == 0
    card = yaml.safe_load((report.parent / "models/en/card.yaml").read_text())
    assert "figures" not in card
    assert card["synthetic_held_out"]["commands"]["total"]["right"] == 91


def test_people_and_synthetic_voices_together_are_refused(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _with_sources(report, "synthetic-kokoro", "en_fsdd")
    assert _run(report) == 2
    assert "evaluate them apart" in " ".join(capsys.readouterr().err.split())


def test_twice_is_as_once(report: Path) -> None:
    _run(report)
    once = (report.parent / "README.md").read_text()
    _run(report)
    assert (report.parent / "README.md").read_text() == once


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"language": "en"}'])
def test_what_is_no_report_is_told(
    report: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report.write_text(text)
    assert _run(report) == 2
    assert "is no report of an evaluation" in capsys.readouterr().err


def test_a_readme_without_marks_is_told(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (report.parent / "README.md").write_text("nothing")
    assert _run(report) == 2
    assert "no place for the figures" in capsys.readouterr().err


def test_our_readme_tells_the_figures_of_our_cards() -> None:
    told = (CHECKOUT / "README.md").read_text().partition(BEGIN)[2].partition(END)[0].strip()
    assert told == figures_table(models_dir()), "run: allears cards"


def _card(**changes: dict[str, Any]) -> dict[str, Any]:
    """A card that the rule calls ready, unless changed."""
    stages = {
        "people_commands": {
            "in_vocabulary_clips": 100,
            "right_rate": 0.95,
            "false_clip_rate": 0.05,
        },
        "people_wake": {"in_vocabulary_clips": 50, "right_rate": 0.98, "false_per_hour": 0.2},
        "synthetic_commands": {"in_vocabulary_clips": 100, "right_rate": 0.97},
        "synthetic_wake": {"in_vocabulary_clips": 30, "right_rate": 1.0},
    }
    for name, figures in changes.items():
        stages[name] = {**stages[name], **figures}
    return {
        "figures": {s: {"total": stages[f"people_{s}"]} for s in ("commands", "wake")},
        "synthetic_held_out": {
            s: {"total": stages[f"synthetic_{s}"]} for s in ("commands", "wake")
        },
    }


def test_a_language_above_the_bar_is_ready() -> None:
    assert status(_card()) == ("ready", [])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"people_commands": {"in_vocabulary_clips": 10}}, "commands of people to test on"),
        ({"people_commands": {"right_rate": 0.89}}, "people's commands right 89%"),
        ({"people_commands": {"false_clip_rate": 0.2}}, "other speech fires in 20%"),
        ({"synthetic_commands": {"right_rate": 0.94}}, "synthetic commands right 94%"),
        ({"people_wake": {"right_rate": 0.9}}, "wake word missed 10%"),
        ({"people_wake": {"false_per_hour": 2.0}}, "2.0 false wakes an hour"),
    ],
)
def test_below_the_bar_is_experimental(changes: dict[str, Any], reason: str) -> None:
    ready, reasons = status(_card(**changes))
    assert ready == "experimental" and len(reasons) == 1 and reason in reasons[0]


def test_a_card_without_figures_is_experimental() -> None:
    assert status({})[0] == "experimental"


def test_synthetic_wake_words_stand_in_where_people_said_none() -> None:
    silent = {"in_vocabulary_clips": 0, "right_rate": None}
    assert status(_card(people_wake=silent)) == ("ready", [])


def test_the_heat_map_shows_what_was_measured(report: Path) -> None:
    pytest.importorskip("matplotlib", reason="figures come with the extra [tools]")
    _run(report)
    assert len(shares(_card())) == len(COLUMNS)
    picture = report.parent / "map.png"
    draw_heat_map(report.parent / "models", picture)
    assert picture.read_bytes().startswith(b"\x89PNG")

"""How a head's threshold is chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from allears_tools.evaluate.labels import COLUMNS, read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.training import head_making
from allears_tools.training.card import write_card
from allears_tools.training.head_making import make_threshold
from allears_tools.training.making import Place
from allears_tools.training.threshold import TAUGHT_MARGIN, foreign_words, lowest_threshold


@pytest.mark.parametrize(("share", "wanted"), [(0.05, 0.9), (0.30, 0.7), (1.0, 0.25)])
def test_lowest_within_the_share(share: float, wanted: float) -> None:
    scores = np.linspace(0.01, 1.0, 100)
    assert lowest_threshold(scores, share) == pytest.approx(wanted, abs=0.051)


def test_words_of_other_languages_that_may_train(tmp_path: Path) -> None:
    wanted = [("fr", "bonjour", "other-word", "yes", f"speaker {n}") for n in range(12)]
    unwanted = [
        ("en", "hello there", "other-word", "yes", "speaker 0"),
        ("fr", "stop", "command", "yes", "speaker 0"),  # an English command too
        ("fr", "merci", "other-word", "test only", "speaker 0"),
        ("fr", "une longue phrase", "sentence", "yes", "speaker 0"),
    ]
    lines = ["\t".join(COLUMNS)]
    for number, row in enumerate([*wanted, *unwanted]):
        name = f"{number}.wav"
        soundfile.write(tmp_path / name, np.zeros(8000, np.float32), 16000)
        cells = dict.fromkeys(COLUMNS, "") | {"path": name, "source": "s", "duration_s": "0.5"}
        cells |= dict(zip(("language", "text", "kind", "training", "speaker"), row, strict=True))
        cells |= {"sample_rate_hz": "16000", "licence": "ours"}
        lines.append("\t".join(cells[column] for column in COLUMNS))
    labels = tmp_path / "labels.tsv"
    labels.write_text("\n".join(lines) + "\n", encoding="utf-8")
    may_train = [c for c in read_labels(labels) if c.text == "bonjour" and not is_test(c)]
    assert 0 < len(may_train) < len(wanted)
    assert len(foreign_words(labels, "en")) == len(may_train)


@pytest.mark.parametrize(
    ("teaching", "wanted"),
    [
        ({"teachers": 1, "people": 4500, "phrase_share": 0.5}, TAUGHT_MARGIN),
        ({"teachers": 1, "people": 4500, "phrase_share": 0.0}, TAUGHT_MARGIN),
        ({"teachers": 1, "people": 0}, 0.0),
        ({"teachers": 1}, 0.0),  # a card from before teachers were asked about people
        ({"teachers": 0, "people": 4500}, 0.0),
        (None, 0.0),
    ],
)
def test_a_head_that_was_told_about_these_people_gives_others_more(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    teaching: dict[str, float] | None,
    wanted: float,
) -> None:
    def chosen(models: Path, language: str, labels: Path, kinder: float) -> float:
        return kinder

    monkeypatch.setattr(head_making, "set_threshold", chosen)
    (tmp_path / "en").mkdir()
    recipe = {} if teaching is None else {"teaching": teaching}
    write_card(tmp_path / "en" / "card.yaml", {"commands": {"recipe": recipe}})
    place = Place(tmp_path, tmp_path / "work", tmp_path / "labels.tsv")
    assert make_threshold("en", place) == wanted

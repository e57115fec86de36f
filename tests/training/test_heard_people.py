"""What the phrase teacher hears in people's speech, as a head of one language should say it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from allears_tools.training import heard_people
from allears_tools.training.card import file_sha256
from allears_tools.training.command_streams import command_classes
from allears_tools.training.corpus import Part
from allears_tools.training.distillation import WHISPER_COMPONENTS, Projection
from allears_tools.training.features import FRAMES
from allears_tools.training.heard_people import (
    SHIFT_STEPS,
    command_answers,
    hear_people,
    phrase_heard,
)
from allears_tools.training.phrase_book import (
    COMMITTED,
    MADE,
    PhraseBook,
    book_for,
    read_book,
    write_book,
)
from allears_tools.training.phrase_teacher import PhraseTeacher

PHRASES = ["", "de|stopp", "en|no", "en|one", "en|stop", "en|won"]
STEPS = 20
SURE = 12.0


def _book(seed: int = 0) -> PhraseBook:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    teacher = PhraseTeacher(WHISPER_COMPONENTS, len(PHRASES), 8).eval()
    axes = rng.normal(0, 0.05, (512, WHISPER_COMPONENTS)).astype(np.float32)
    return PhraseBook(Projection(rng.normal(size=512).astype(np.float32), axes), teacher, PHRASES)


def _people(spoken: dict[int, int]) -> heard_people.HeardPeople:
    """One chunk in which each phrase is heard for sure at one step."""
    book = _book()
    with torch.no_grad():
        book.teacher.phrase.weight.copy_(torch.eye(len(PHRASES), 8))
        book.teacher.phrase.bias.zero_()
    hidden = np.zeros((1, STEPS, 8), np.float16)
    hidden[0, :, 0] = SURE
    for step, phrase in spoken.items():
        hidden[0, step, 0] = 0
        hidden[0, step, phrase] = SURE
    logits = hidden[..., : len(PHRASES)].astype(np.float32)
    total = np.log(np.exp(logits).sum(-1))
    return heard_people.HeardPeople(np.zeros((1, FRAMES, 40), np.int8), hidden, total, book)


def test_a_phrase_of_the_language_is_its_command_a_little_later() -> None:
    classes = command_classes()
    people = _people({3: PHRASES.index("en|one"), 9: PHRASES.index("en|stop")})
    heard = command_answers(people, "en", classes, STEPS)[0].astype(np.float32)
    np.testing.assert_allclose(heard.sum(0), 1, atol=2e-3)
    said = {3 + SHIFT_STEPS: "digit_1", 9 + SHIFT_STEPS: "stop"}
    for step in range(STEPS):
        assert classes[heard[:, step].argmax()] == said.get(step, "none")


def test_other_languages_phrases_and_confusables_are_none() -> None:
    people = _people({3: PHRASES.index("de|stopp"), 9: PHRASES.index("en|won")})
    heard = command_answers(people, "en", command_classes(), STEPS)[0]
    assert (heard.argmax(0) == 0).all() and heard[0].min() > 0.9


def test_a_phrase_is_heard_anywhere_in_a_chunk() -> None:
    people = _people({3: PHRASES.index("en|one"), 9: PHRASES.index("de|stopp")})
    assert phrase_heard(people, ["en|one", "en|two"])[0] > 0.9
    assert phrase_heard(people, ["en|no"])[0] < 0.01
    assert phrase_heard(people, ["en|two"])[0] == 1, "unknown to the teacher: it may be said"


def test_a_book_is_what_was_written(tmp_path: Path) -> None:
    book = _book(3)
    write_book(book, tmp_path / MADE)
    read = read_book(book_for(tmp_path))
    assert read.phrases == PHRASES
    whisper = np.random.default_rng(1).normal(size=(2, STEPS, 512)).astype(np.float16)
    np.testing.assert_allclose(read.hidden(whisper), book.hidden(whisper), atol=0.02, rtol=0.02)


def test_the_committed_book_knows_every_language(tmp_path: Path) -> None:
    assert book_for(tmp_path) == COMMITTED
    languages = {text.split("|")[0] for text in read_book(COMMITTED).phrases if text}
    seeds = {path.stem for path in (COMMITTED.parents[3] / "seeds" / "languages").glob("*.yaml")}
    assert languages == seeds


def test_people_are_heard_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = tmp_path / "labels.tsv"
    labels.write_text("some", encoding="utf-8")
    write_book(_book(), tmp_path / MADE)
    count = [3]
    asked: list[str] = []

    def prepared(part: str, *_: Any) -> tuple[Part, Any, Any]:
        asked.append(part)
        made = Part(np.zeros((count[0], 8), np.int16), [])
        features = np.arange(3 * count[0], dtype=np.int8).reshape(3, count[0], 1, 1)
        return made, np.ones((count[0], STEPS, 512), np.float16), features

    monkeypatch.setattr(heard_people, "prepared", prepared)
    first = hear_people(labels, tmp_path, 4, lambda _: None)
    again = hear_people(labels, tmp_path, 4, lambda _: None)
    assert first is not None and again is not None and asked == list(heard_people.PARTS)
    assert first.features.shape == (4, 1, 1) and first.total.shape == (4, STEPS)
    np.testing.assert_array_equal(first.features, again.features)
    logits = first.book.teacher.phrase(torch.from_numpy(first.hidden.astype(np.float32)))
    total = torch.logsumexp(logits, -1).detach().numpy()
    np.testing.assert_allclose(first.total, total, atol=1e-3)
    labels.write_text("nobody", encoding="utf-8")
    count[0] = 0
    assert hear_people(labels, tmp_path, 4, lambda _: None) is None


def test_the_committed_book_has_its_card() -> None:
    card = yaml.safe_load(COMMITTED.with_suffix(".yaml").read_text(encoding="utf-8"))
    assert card["sha256"] == file_sha256(COMMITTED) and card["licences"]
    assert card["phrases"] == len(read_book(COMMITTED).phrases) - 1

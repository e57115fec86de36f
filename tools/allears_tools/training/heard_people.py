"""People's speech that may train, and which commands the phrase teacher hears in it.

Nobody wrote down when a person says what; Whisper's answers tell, well in English, Polish and
Hebrew, poorly in Hindi and Chinese (docs/experiments.md 34). A head that hears only synthetic
voices say its commands learns from this how people do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from allears.contract import FEATURES_SHA256
from numpy.typing import NDArray

from allears_tools.seeds import load_language
from allears_tools.speech.store import require, voices_root
from allears_tools.training.card import file_sha256
from allears_tools.training.corpus import phrase_text
from allears_tools.training.distillation import prepared
from allears_tools.training.phrase_book import PhraseBook, book_for, read_book
from allears_tools.training.phrase_teacher import PhraseTeacher
from allears_tools.training.streams import NONE

PARTS = ("real", "changed_voices_21")
"""Of the ear's corpus."""

SHIFT_STEPS = 5
"""A head may answer so much later than the phrase teacher, which is not streaming."""

_ELSEWHERE = 0.1
"""What other languages' phrases weigh against a language's own: many sound the same."""

Report = Callable[[dict[str, Any]], None]


@dataclass
class HeardPeople:
    """Chunks of 8 s of people's speech.

    ``features``: int8 [chunks, FRAMES, 40], some with noise and in rooms; ``hidden``: float16
    [chunks, steps, width] of the phrase teacher; ``total``: float32 [chunks, steps], the
    logarithm of the sum of all phrases' odds.
    """

    features: NDArray[np.int8]
    hidden: NDArray[np.float16]
    total: NDArray[np.float32]
    book: PhraseBook


def hear_people(labels: Path, work: Path, count: int, report: Report) -> HeardPeople | None:
    """Make or load the chunks, the same for every language; None where there is too little speech.

    Args:
        labels: recordings; only those that may train are heard.
        work: intermediate arrays, those of the ear's corpus among them.
        count: chunks at most, evenly from all.
        report: told how it goes on.

    Raises:
        SpeechError: Whisper is not there to be asked.
    """
    path = book_for(work)
    book = read_book(path)
    made_of = file_sha256(labels)[:12], file_sha256(path)[:12], FEATURES_SHA256[:8]
    name = f"people-{count}-{'-'.join(made_of)}.npz"
    stored = work / name
    if not stored.exists():
        made = [prepared(part, labels, work / "ear", _whisper, report)[1:] for part in PARTS]
        made = [(answers, features) for answers, features in made if len(answers)]
        if not made:
            return None
        answers = np.concatenate([answers for answers, _ in made])
        features = np.concatenate([features for _, features in made], axis=1)
        picked = np.linspace(0, len(answers) - 1, min(count, len(answers))).astype(int)
        version = np.random.default_rng(5).integers(0, len(features), len(picked))
        hidden = book.hidden(answers[picked])
        # A half-written file never carries the final name.
        unfinished = stored.with_suffix(".unfinished.npz")
        np.savez(
            unfinished,
            features=features[version, picked],
            hidden=hidden,
            total=_total(book.teacher, hidden),
        )
        unfinished.rename(stored)
    arrays = np.load(stored)
    return HeardPeople(arrays["features"], arrays["hidden"], arrays["total"], book)


def _whisper() -> Path:
    return require("whisper", voices_root())


def _total(teacher: PhraseTeacher, hidden: NDArray[np.float16]) -> NDArray[np.float32]:
    out = np.empty(hidden.shape[:2], np.float32)
    with torch.no_grad():
        for row, chunk in enumerate(hidden):
            logits = teacher.phrase(torch.from_numpy(chunk.astype(np.float32)))
            out[row] = torch.logsumexp(logits, -1).numpy()
    return out


def phrase_heard(people: HeardPeople, texts: list[str]) -> NDArray[np.float32]:
    """float32 [chunks]: how surely one of the phrases is heard in each at its surest step; 1
    everywhere unless the phrase teacher knows one of them."""
    known = [i for i, text in enumerate(people.book.phrases) if text in texts]
    if not known:
        return np.ones(len(people.hidden), np.float32)
    layer = people.book.teacher.phrase
    weight, bias = layer.weight[known].detach(), layer.bias[known].detach()
    out = np.zeros(len(people.hidden), np.float32)
    for row, chunk in enumerate(people.hidden):
        odds = torch.from_numpy(chunk.astype(np.float32)) @ weight.T + bias
        shares = torch.exp(odds - torch.from_numpy(people.total[row, :, None])).sum(1)
        out[row] = float(shares.max())
    return out


def command_answers(
    people: HeardPeople, language: str, classes: list[str], steps: int
) -> NDArray[np.float16]:
    """float16 [chunks, classes, steps]: what a head of the language should say; each step's sum 1.

    Args:
        people: the chunks.
        language: a code of seeds/languages.
        classes: ids of the head's classes, that of none first.
        steps: of a stream, 40 ms each.
    """
    number = {name: index for index, name in enumerate(classes)}
    said = {
        phrase_text(language, phrasing.text): number[command]
        for command, phrasings in load_language(language).commands.items()
        for phrasing in phrasings
    }
    phrases = people.book.phrases
    own = [i for i, text in enumerate(phrases) if i == NONE or text.startswith(f"{language}|")]
    share = np.zeros((len(own), len(classes)), np.float32)
    share[np.arange(len(own)), [said.get(phrases[i], NONE) for i in own]] = 1
    layer = people.book.teacher.phrase
    weight, bias = layer.weight[own].detach(), layer.bias[own].detach()
    out = np.zeros((len(people.hidden), len(classes), steps), np.float16)
    out[:, NONE] = 1
    usable = min(steps - SHIFT_STEPS, people.hidden.shape[1])
    for row, chunk in enumerate(people.hidden):
        hidden = torch.from_numpy(chunk[:usable].astype(np.float32))
        total = torch.from_numpy(people.total[row, :usable, None])
        odds = torch.exp(hidden @ weight.T + bias - total).numpy()
        elsewhere = np.maximum(0, 1 - odds.sum(1, keepdims=True)) * _ELSEWHERE
        heard = odds @ share
        heard[:, NONE : NONE + 1] += elsewhere
        heard /= heard.sum(1, keepdims=True)
        out[row, :, SHIFT_STEPS : SHIFT_STEPS + usable] = heard.T
    return out

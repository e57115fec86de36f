"""The ear's corpus once more, in the noise of places: what an exported ear is hardened with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from allears.contract import FEATURES_SHA256
from allears.interpreter import Model
from numpy.typing import NDArray

from allears_tools.augment import Plan, augment, load_noises
from allears_tools.augment.places import Places, make_places
from allears_tools.training.corpus import PARTS, Chunks
from allears_tools.training.distillation import part_folder, stored, stored_part
from allears_tools.training.embedding import embed
from allears_tools.training.features import FRAMES, stream_features

PEOPLE = ("real", "changed_voices_21", "changed_voices_31", "changed_voices_32")
WORDS = ("all_language_words_9",)
_VOICES = 400
"""Chunks of people at least from which crowds are made, where there are so many."""
_BATCH = 200
_PLAN = Plan(room_odds=0.45, noise_odds=0.92, snr_db=(1.0, 25.0), far_odds=0.1)

Report = Callable[[dict[str, Any]], None]


@dataclass
class NoisyChunks:
    """Chunks of 8 s as an ear hears them.

    ``features``: int8 [1 + versions, chunks, FRAMES, 40], the first one without noise;
    ``answers``: int8 [chunks, FRAMES / 4, 128], the ear's to that one.
    """

    features: NDArray[np.int8]
    answers: NDArray[np.int8]


def noisy_chunks(
    parts: tuple[str, ...],
    ear: Path,
    labels: Path,
    work: Path,
    versions: int,
    report: Report,
    jobs: int = 1,
) -> tuple[NoisyChunks, dict[str, str]]:
    """Make or load parts of the corpus in noise, and the SHA-256 of each part's audio.

    Args:
        parts: of `corpus.PARTS`.
        ear: the exported ear whose answers to quiet chunks are wanted.
        labels: the recordings.
        work: where every array is kept, so that an interrupted run goes on where it stopped.
        versions: how often each chunk gets another noise.
        report: told how it goes on.
        jobs: processes.
    """
    features, answers, hashes = [], [], {}
    for part in parts:
        chunks = stored_part(part_folder(part, labels, work), partial(PARTS[part], labels)).chunks
        hashes[part] = hashlib.sha256(np.ascontiguousarray(chunks).tobytes()).hexdigest()
        # Whoever changes `_PLAN` or the places must give the files another name, too.
        of = f"{hashes[part][:8]}-{FEATURES_SHA256[:8]}.npy"
        folder = part_folder(part, labels, work)
        heard = []
        for version in range(versions + 1):
            make = partial(_features, chunks, labels, work, version, jobs)
            heard.append(stored(folder / f"noisy-{version}-{of}", make))
            report({"part": part, "version": version, "chunks": len(chunks)})
        features.append(np.stack(heard))
        name = hashlib.sha256(ear.read_bytes()).hexdigest()[:8]
        answers.append(stored(folder / f"ear-{name}-{of}", partial(_answers, heard[0], ear, jobs)))
    return NoisyChunks(np.concatenate(features, axis=1), np.concatenate(answers)), hashes


def _features(
    chunks: Chunks, labels: Path, work: Path, version: int, jobs: int
) -> NDArray[np.int8]:
    starts = range(0, len(chunks), _BATCH)
    made = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_heard)(chunks[s : s + _BATCH], s, labels, work, version) for s in starts
    )
    return np.concatenate(made) if made else np.zeros((0, FRAMES, 40), np.int8)


def _heard(chunks: Chunks, start: int, labels: Path, work: Path, version: int) -> NDArray[np.int8]:
    out = np.empty((len(chunks), FRAMES, 40), np.int8)
    places = _places(labels, work, version) if version else None
    for row, chunk in enumerate(chunks):
        rng = np.random.default_rng([91, version, start + row])
        clean = chunk.astype(np.float32) / 32768
        if places is None:
            heard = clean * np.float32(10 ** (-rng.uniform(0, 20) / 20))
        else:
            heard = augment(clean, rng, places.draw(rng), places.rirs, _PLAN)
        out[row] = stream_features(heard)
    return out


_MADE: dict[tuple[Path, Path, int], Places] = {}
"""Made once a process."""


def _places(labels: Path, work: Path, version: int) -> Places:
    key = (labels, work, version)
    if key not in _MADE:
        people = stored_part(part_folder("real", labels, work), partial(PARTS["real"], labels))
        picked = people.chunks[:: max(1, len(people.chunks) // _VOICES)]
        voices = [chunk.astype(np.float32) / 32768 for chunk in picked]
        _MADE[key] = make_places(load_noises(labels), voices, np.random.default_rng(version))
    return _MADE[key]


def _answers(features: NDArray[np.int8], ear: Path, jobs: int) -> NDArray[np.int8]:
    shares = np.array_split(features, max(1, jobs))
    made = joblib.Parallel(n_jobs=jobs)(joblib.delayed(_embedded)(ear, s) for s in shares)
    return np.concatenate(made)


def _embedded(ear: Path, features: NDArray[np.int8]) -> NDArray[np.int8]:
    return embed(Model.load(ear), features)

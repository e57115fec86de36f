"""Prepares the ear's distillation: chunks, corrupted features, the teachers' answers.

Every array is a file in the work folder, and those of the teachers are written part by part: an
interrupted run goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from allears.contract import FEATURES_SHA256
from numpy.typing import NDArray

from allears_tools.augment import augment, load_noises, rir_pool, synthetic_noises
from allears_tools.training.card import file_sha256
from allears_tools.training.corpus import PARTS, Chunks, Part, Said
from allears_tools.training.ear import DistillationSet
from allears_tools.training.features import FRAMES, stream_features
from allears_tools.training.streams import STREAM_SAMPLES
from allears_tools.training.teachers import WHISPER_DIM, GoogleEmbedding, WhisperEncoder

WHISPER_COMPONENTS = 128
VERSIONS = 3
_SHARD = 200
_VOICES = 200
"""Chunks at least from which babble is made, where there are so many."""
Report = Callable[[dict[str, Any]], None]
Teacher = Callable[[NDArray[np.int16]], NDArray[np.float32]]


def stored(path: Path, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
    """Load an array, or make and keep it; a half-written one never carries the final name."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished.npy")
        np.save(unfinished, make())
        unfinished.rename(path)
    return np.load(path, mmap_mode="r")


def stored_part(folder: Path, make: Callable[[], Part]) -> Part:
    """Load a part of the corpus, or make and keep it; what is said lies beside the audio."""
    audio, words = folder / "chunks.npy", folder / "said.msgpack"
    if not (audio.exists() and words.exists()):
        part = make()
        folder.mkdir(parents=True, exist_ok=True)
        words.write_bytes(msgspec.msgpack.encode(part.said))
        audio.unlink(missing_ok=True)
        stored(audio, lambda: part.chunks)
    said = msgspec.msgpack.decode(words.read_bytes(), type=list[list[Said]])
    return Part(np.load(audio, mmap_mode="r"), said)


def corrupted_features(chunks: Chunks, labels: Path, versions: int = VERSIONS) -> NDArray[np.int8]:
    """int8 [versions, chunks, FRAMES, 40]: version 0 only at another level, the rest corrupted."""
    noises = noises_for(chunks, labels)
    rirs = rir_pool()
    out = np.empty((versions, len(chunks), FRAMES, 40), np.int8)
    for version in range(versions):
        rng = np.random.default_rng([7, version, len(chunks)])
        for row, chunk in enumerate(chunks):
            clean = chunk.astype(np.float32) / 32768
            if version == 0:
                heard = clean * np.float32(10 ** (-rng.uniform(0, 20) / 20))
            else:
                heard = augment(clean, rng, noises, rirs)
            out[version, row] = stream_features(heard)
    return out


def noises_for(chunks: Chunks, labels: Path) -> list[NDArray[np.float32]]:
    """Noise of recordings that may train, made noise, and several of the chunks' voices at once,
    which no ear up to 30 November 2026 heard: each float32 at 16 kHz, of unit power. A pub costs
    those ears' heads 40 points (docs/experiments.md 36)."""
    voices = [c.astype(np.float32) / 32768 for c in chunks[:: max(1, len(chunks) // _VOICES)]]
    return load_noises(labels) + synthetic_noises(np.random.default_rng(0), speech=voices)


def taught(
    chunks: Chunks, folder: Path, name: str, load: Callable[[], Teacher], report: Report
) -> NDArray[np.float16]:
    """A teacher's answers for every chunk, float16 [chunks, frames, dim], kept in shards; all
    three are 0 where there is no chunk."""
    teacher: Teacher | None = None
    parts: list[NDArray[np.float16]] = []
    for start in range(0, len(chunks), _SHARD):
        path = folder / f"{name}-{start:06d}.npy"
        if teacher is None and not path.exists():
            teacher = load()
        parts.append(stored(path, partial(_answers, teacher, chunks[start : start + _SHARD])))
        report({"teacher": name, "done": start + len(parts[-1]), "of": len(chunks)})
    return np.concatenate(parts) if parts else np.zeros((0, 0, 0), np.float16)


def _answers(teacher: Teacher | None, chunks: Chunks) -> NDArray[np.float16]:
    assert teacher is not None
    return np.stack([teacher(chunk) for chunk in chunks]).astype(np.float16)


def part_folder(part: str, labels: Path, work: Path) -> Path:
    """Where a part of the corpus is kept; that of other recordings has another place."""
    return work / f"{part}-{file_sha256(labels)[:8]}"


def prepared(
    part: str, labels: Path, work: Path, whisper_dir: Callable[[], Path], report: Report
) -> tuple[Part, NDArray[np.float16], NDArray[np.int8]]:
    """A part of the corpus, what Whisper says of it, and its features [versions, chunks, …].

    ``whisper_dir`` is asked only where answers have to be made.
    """
    folder = part_folder(part, labels, work)
    made = stored_part(folder, partial(PARTS[part], labels))
    chunks = made.chunks
    report({"part": part, "chunks": len(chunks), "hours": len(chunks) * 8 / 3600})
    answers = taught(chunks, folder, "whisper", lambda: WhisperEncoder(whisper_dir()), report)
    features = stored(
        folder / f"features-{FEATURES_SHA256[:8]}.npy", partial(corrupted_features, chunks, labels)
    )
    return made, answers, features


def prepare(
    labels: Path, work: Path, whisper_dir: Path, report: Report
) -> tuple[DistillationSet, dict[str, str], Projection]:
    """Make or load everything `distil` needs.

    Returns:
        the shuffled set, the SHA-256 of each part's audio for the card, and how Whisper's answers
        were projected.
    """
    features, google, whisper, hashes = [], [], [], {}
    said: list[list[Said]] = []
    for part in PARTS:
        made, answers, heard = prepared(part, labels, work, lambda: whisper_dir, report)
        said += made.said
        chunks = made.chunks
        hashes[part] = hashlib.sha256(np.ascontiguousarray(chunks).tobytes()).hexdigest()
        google.append(
            taught(
                chunks,
                part_folder(part, labels, work),
                "google",
                partial(GoogleEmbedding, STREAM_SAMPLES),
                report,
            )
        )
        whisper.append(answers)
        features.append(heard)
    order = np.random.default_rng(0).permutation(sum(len(g) for g in google))
    raw = np.concatenate(whisper)
    projection = Projection.fitted(raw)
    return (
        DistillationSet(
            np.concatenate(features, axis=1)[:, order],
            normalised(np.concatenate(google))[order],
            projection(raw)[order],
            [said[row] for row in order],
        ),
        hashes,
        projection,
    )


def normalised(values: NDArray[np.float16]) -> NDArray[np.float16]:
    """Zero mean and unit variance a dimension."""
    flat = values.reshape(-1, values.shape[-1]).astype(np.float32)
    return ((values.astype(np.float32) - flat.mean(0)) / flat.std(0)).astype(np.float16)


@dataclass(frozen=True)
class Projection:
    """The first components of Whisper's answers, the louder ones damped by their root."""

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]
    """[512, components], each divided by its scale."""

    @classmethod
    def fitted(cls, values: NDArray[np.float16]) -> Projection:
        """Of float16 [chunks, steps, 512]."""
        sample = values[::4, ::5].reshape(-1, WHISPER_DIM).astype(np.float32)
        mean = sample.mean(0)
        _, _, axes = np.linalg.svd(sample - mean, full_matrices=False)
        axes = axes[:WHISPER_COMPONENTS].T
        # An axis may come out either way round; a checkpoint must find its own again.
        axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
        spread = ((sample - mean) @ axes).std(0)
        return cls(mean, axes / np.sqrt(spread * spread.mean()))

    def __call__(self, values: NDArray[np.float16]) -> NDArray[np.float16]:
        """[chunks, steps, 512] → float16 [chunks, steps, components]."""
        out = np.empty((*values.shape[:2], self.axes.shape[1]), np.float16)
        for start in range(0, len(values), _SHARD):
            block = values[start : start + _SHARD].astype(np.float32)
            out[start : start + _SHARD] = (block - self.mean) @ self.axes
        return out

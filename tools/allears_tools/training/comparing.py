"""Every figure of a card with the float network and with the int8 file: what rounding costs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from allears.commands import CommandHead, HeadManifest
from allears.datafile import load_data
from allears.ear import STEP_VALUES, load_ear
from allears.errors import ModelError
from allears.events import Command, Event, Wake
from allears.features import FeatureExtractor
from allears.interpreter import Model, StreamingModel
from allears.level import LevelControl
from allears.wake import WakeDetector, load_manifest
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.measure import measure
from allears_tools.training.card import file_sha256
from allears_tools.training.float_stream import FloatStream, Stage, float_path, load_float
from allears_tools.training.whole import Ended

ALLOWED_LOSS = 0.01
"""A figure may be so much worse with the int8 file than with the float network."""
_FRAME_S = 0.01
_WAKE_VALUES = 120


class DirectListener:
    """One stage on its own, without voice activity or time-outs: what both networks are put into.

    Args:
        models: folder of the models.
        language: whose.
        stage: commands or wake.
        model: the stage's network.
    """

    def __init__(self, models: Path, language: str, stage: Stage, model: StreamingModel) -> None:
        self._stage, self._language = stage, language
        folder = models / language
        self._level, self._features = LevelControl(), FeatureExtractor()
        if stage == "commands":
            self._ear = load_ear(models / "ear.tflite")
            manifest = load_data(folder / "commands.json", HeadManifest)
            self._head = CommandHead(model, manifest)
        else:
            micro = load_manifest(folder / "wake.json").micro
            self._wake = WakeDetector(model, micro.probability_cutoff, micro.sliding_window_size)
        self.reset()

    def reset(self) -> None:
        """Forget the stream."""
        self._features.reset()
        self._waiting: list[float] = []
        self._heard_frames = 0
        if self._stage == "commands":
            self._ear.reset()
            self._head.reset()
        else:
            self._wake.reset()

    def feed(self, samples: NDArray[np.int16]) -> list[Event]:
        """Take in audio and return the events it completes."""
        self._waiting += (
            self._features.feed(self._level.attenuated(samples.tobytes())).ravel().tolist()
        )
        size = STEP_VALUES if self._stage == "commands" else _WAKE_VALUES
        events: list[Event] = []
        while len(self._waiting) >= size:
            step, self._waiting = self._waiting[:size], self._waiting[size:]
            self._heard_frames += size // 40
            time_s = self._heard_frames * _FRAME_S
            if self._stage == "wake":
                if score := self._wake.step(step):
                    events.append(Wake(time_s, score, self._language, ""))
            elif decision := self._head.step(self._ear.step(step)):
                self._head.hold_off()
                score = decision.margin.score
                events.append(Command(time_s, score, self._language, decision.id))
        return events


@dataclass(frozen=True)
class DirectFactory:
    """A `ListenerFactory` for either network."""

    models: Path
    work: Path | None
    """Where the float network was kept; None: the int8 file."""

    def __call__(self, profile: str, language: str, stage: str) -> DirectListener:
        """Build the listener of a stage; `profile` is passed over."""
        wanted: Stage = "wake" if stage == "wake" else "commands"
        model = Model.load(self.models / language / f"{stage}.tflite")
        if self.work is None:
            return DirectListener(self.models, language, wanted, model)
        network, _ = load_float(float_path(self.work, language, stage))
        return DirectListener(self.models, language, wanted, FloatStream(network, model, wanted))


def compare(
    language: str, stage: str, labels: Path, models: Path, work: Path, split: str, jobs: int
) -> dict[str, dict[str, Any]]:
    """Figures of a stage by name, each `float`, `int8` and `lost` (shares of 1; ≥ 0 is worse).

    Raises:
        ModelError: the float network was not kept, or another one than the int8 file's.
    """
    path = float_path(work, language, stage)
    int8 = models / language / f"{stage}.tflite"
    if not path.is_file() or load_float(path)[1] != file_sha256(int8):
        raise ModelError(
            f"The float network of {int8} is not in {path.parent}.",
            "it was trained on another machine, or the file was replaced since",
            f"Train it again: allears train --language {language} --only {stage} --again",
        )
    heard = {
        name: measure(
            language,
            stage,
            labels,
            models,
            split=split,
            jobs=jobs,
            build=DirectFactory(models, folder),
        )
        for name, folder in (("float", work), ("int8", None))
    }
    rows = {}
    groups = {"all together": heard, **_sources(heard)}
    for group, found in groups.items():
        for figure, sign in (("right_rate", 1), ("false_clip_rate", -1)):
            floating, rounded = found["float"][figure], found["int8"][figure]
            if floating is not None:
                rows[f"{group}: {_NAMES[figure]}"] = {
                    "float": floating,
                    "int8": rounded,
                    "lost": sign * (floating - rounded),
                    "clips": found["float"][_COUNTED[figure]],
                }
    return rows


_NAMES = {"right_rate": "right", "false_clip_rate": "clips with a false event"}
_COUNTED = {"right_rate": "in_vocabulary_clips", "false_clip_rate": "out_of_vocabulary_clips"}


def _sources(heard: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        source: {name: heard[name]["by_source"][source] for name in heard}
        for source in heard["float"]["by_source"]
    }


def compare_and_tell(
    language: str, labels: Path, models: Path, work: Path, split: str, jobs: int, console: Console
) -> Ended:
    """`allears train compare`: a table a stage; fails where a whole figure loses too much.

    Single sources are told, but too small to fail on: one clip of ten is ten points.
    """
    summary: dict[str, Any] = {"language": language, "labels": str(labels), "split": split}
    worst = 0.0
    for stage in ("commands", "wake"):
        if not (models / language / f"{stage}.tflite").is_file():
            continue
        try:
            rows = compare(language, stage, labels, models, work, split, jobs)
        except EvaluationError:
            continue  # no clip of the language that this stage can be judged on
        summary[stage] = rows
        table = Table(f"{language} {stage}", "clips", "float", "int8", "points lost")
        for name, row in rows.items():
            lost = f"{100 * row['lost']:+.1f}"
            table.add_row(
                name, str(row["clips"]), f"{row['float']:.1%}", f"{row['int8']:.1%}", lost
            )
            if name.startswith("all together"):
                worst = max(worst, row["lost"])
        console.print(table)
    return Ended(summary, failed=worst > ALLOWED_LOSS)

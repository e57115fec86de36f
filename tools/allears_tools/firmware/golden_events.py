"""Writes the events of whole clips that Python and C must both give: tests/golden/events.json.

Run: ``python -m allears_tools.firmware.golden_events`` in a checkout, after a change of the models
or the profiles gb and rs.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from allears import Listener
from allears.audio import read_audio
from allears.events import Event
from allears.interpreter import interpreter_name
from allears.locate import models_dir
from allears.verifier import MANIFEST, MODEL
from numpy.typing import NDArray

from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.clip_audio import quiet
from allears_tools.firmware.check import named_profile, reference_kernels
from allears_tools.firmware.golden import GOLDEN

EVENTS = GOLDEN / "events.json"

_PACKAGES = {"litert": "ai-edge-litert", "tflite-runtime": "tflite-runtime"}
_CLIPS = Path(__file__).resolve().parents[1] / "demo/clips"
_LANGUAGES = ("en", "sr")
_PROFILES = ("gb", "rs", "gb+rs")
_OPTIONS: tuple[dict[str, Any], ...] = ({}, {"assume_wake": True}, {"wake_only": True})
_SHORT_S, _LONG_S = 0.2, 2.5


def write_events() -> None:
    """Let the Python listener with the reference kernels hear the scene, as each case says."""
    pieces = [
        {"clip": clip.path.name, "pause_s": _SHORT_S if place % 3 else _LONG_S}
        for language in _LANGUAGES
        for place, clip in enumerate(demo_clips(language))
    ]
    samples = scene(pieces)
    cases = []
    for name in _PROFILES:
        for options in _OPTIONS:
            with reference_kernels():
                python = Listener(named_profile(name), **options)
                events = python.feed(samples) + python.finish()
            cases.append({"profile": name, "options": options, "events": plain(events)})
    written = {
        "provenance": _provenance(),
        "scene": pieces,
        "samples_sha256": hashlib.sha256(samples.tobytes()).hexdigest(),
        "cases": cases,
    }
    EVENTS.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_events() -> dict[str, Any]:
    """Return the file: ``provenance``, ``scene``, ``samples_sha256``, ``cases``."""
    return json.loads(EVENTS.read_text(encoding="utf-8"))


def scene(pieces: list[dict[str, Any]]) -> NDArray[np.int16]:
    """Return the clips one after the other, each with its pause: int16 ``[n]``, 16 kHz."""
    parts = [
        part
        for piece in pieces
        for part in (read_audio(_CLIPS / piece["clip"]), quiet(piece["pause_s"]))
    ]
    return np.concatenate(parts)


def plain(events: list[Event]) -> list[dict[str, Any]]:
    """Return events as they stand in the file."""
    return [event.to_dict() for event in events]


def inputs() -> dict[str, str]:
    """SHA-256 of the models and manifests that the events come from."""
    folder = models_dir()
    paths = [folder / "ear.tflite"]
    for language in _LANGUAGES:
        paths += [folder / language / f"{model}.tflite" for model in ("wake", "commands")]
        paths += [folder / language / f"{model}.json" for model in ("wake", "commands")]
        verifier = [folder / language / name for name in (MODEL, MANIFEST)]
        paths += [path for path in verifier if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def _provenance() -> dict[str, Any]:
    interpreter = interpreter_name()
    return {
        "generator": "python -m allears_tools.firmware.golden_events",
        "interpreter": f"{interpreter} {importlib.metadata.version(_PACKAGES[interpreter])}",
        "kernels": "BUILTIN_REF",
        "front_end": f"pymicro-features {importlib.metadata.version('pymicro-features')}",
        "models": inputs(),
    }


if __name__ == "__main__":
    write_events()
    print(EVENTS)
    sys.exit(0)

"""Devices to test, and a handful of demo clips as labelled recordings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("smpclient", reason="devices need the extra [flash]: pip install -e .[flash]")
pytest.importorskip("jinja2", reason="reports need the extra [tools]: pip install -e .[tools]")

import soundfile
from allears_tools.demo.scenes import DemoClip, demo_clips
from allears_tools.evaluate.labels import COLUMNS

from tests.flash.conftest import make_device as make_device
from tests.flash.conftest import pack_file as pack_file
from tests.flash.conftest import ports_folder as ports_folder

WAKE = "computer"


def row(clip: DemoClip) -> dict[str, str]:
    """A line of a labels file for a demo clip."""
    kind = "wake" if clip.text == WAKE else "command"
    return {
        "path": clip.file,
        "language": clip.language,
        "text": clip.text,
        "speaker": clip.voice,
        "kind": kind,
        "duration_s": f"{soundfile.info(clip.path).duration:.2f}",
        "sample_rate_hz": "16000",
        "source": "demo",
        "licence": "ours",
        "training": "test only",
    }


@pytest.fixture
def labels(tmp_path: Path) -> Callable[[int], Path]:
    """Returns a labels file of so many of the demo's English clips, wake words first."""

    def write(count: int) -> Path:
        lines = ["\t".join(COLUMNS)]
        for clip in demo_clips("en")[:count]:
            (tmp_path / clip.file).write_bytes(clip.path.read_bytes())
            told = row(clip)
            lines.append("\t".join(told[column] for column in COLUMNS))
        path = tmp_path / "labels.tsv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write

"""The wheel: what it carries, and that it recognises a clip from an empty environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from allears.audio import read_audio
from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.clip_audio import quiet

CHECKOUT = Path(__file__).resolve().parents[2]
NO_NETWORK = ("NewConnectionError", "NameResolutionError", "Temporary failure in name resolution")


def _run(command: list[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(command, cwd=cwd, env=kept, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel: pip install -e .[dev]")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    done = _run([*build, "-w", folder, CHECKOUT], folder)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("allears-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an environment that holds nothing but the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    made = _run([CHECKOUT / ".ci/make-venv", folder, sys.executable], folder.parent)
    assert made.returncode == 0, made.stderr
    done = _run([folder / "bin/python", "-m", "pip", "install", "-q", wheel], folder.parent)
    if any(sign in done.stderr for sign in NO_NETWORK):
        pytest.skip("no package registry can be reached to install what the wheel asks for")
    assert done.returncode == 0, done.stderr
    return folder


def test_the_wheel_carries_seeds_profiles_models_and_clips(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "allears/data/seeds/commands.yaml",
        "allears/data/seeds/languages/en.yaml",
        "allears/data/seeds/languages/sr.yaml",
        "allears/data/device_profiles/gb.yaml",
        "allears/data/models/ear.tflite",
        "allears/data/models/en/wake.tflite",
        "allears/data/models/sr/commands.tflite",
        "allears_tools/demo/clips/clips.yaml",
    } <= names
    assert not [name for name in names if name.startswith(("tests/", "sdk/", "tools/"))]


def test_the_installed_wheel_stands_alone(installed: Path, tmp_path: Path) -> None:
    where = "import allears.locate as l; print(l.models_dir(), l.seeds_dir(), l.profiles_dir())"
    done = _run([installed / "bin/python", "-c", where], tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(path.startswith(str(installed)) for path in done.stdout.split())
    listed = _run([installed / "bin/allears", "languages", "--json"], tmp_path)
    assert {row["language"] for row in json.loads(listed.stdout)} >= {"en", "sr"}


def test_the_installed_wheel_recognises_a_clip(installed: Path, tmp_path: Path) -> None:
    clips = {clip.text: read_audio(clip.path) for clip in demo_clips("en")}
    parts = [quiet(1.0), clips["computer"], quiet(0.4), clips["seven"], quiet(1.0)]
    soundfile.write(tmp_path / "seven.wav", np.concatenate(parts), 16000, subtype="PCM_16")
    listen = [installed / "bin/allears", "listen", "seven.wav", "--profile", "gb", "--json"]
    done = _run(listen, tmp_path)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["event"] for event in events] == ["wake", "command"]
    assert events[1]["id"] == "digit_7"

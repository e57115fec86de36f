"""The posix port: a pack for microcontrollers and a recording in, events as JSON lines out."""

from __future__ import annotations

import json
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from allears.audio import read_audio
from allears.interpreter import KERNELS_OVERRIDE, REFERENCE_KERNELS
from allears.pipeline import Listener
from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.clip_audio import quiet
from allears_tools.firmware.library import build


@pytest.fixture(scope="module")
def program() -> Path:
    return build() / "allears-posix"


@pytest.fixture(scope="module")
def pack(make_pack: Callable[..., bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pack") / "gb.pack"
    path.write_bytes(make_pack("gb", board="mps2-an386"))
    return path


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    clips = [read_audio(clip.path) for clip in demo_clips("en")]
    return np.concatenate([piece for clip in clips for piece in (clip, quiet(0.4))])


def _run(program: Path, *arguments: Path, audio: bytes = b"") -> subprocess.CompletedProcess:
    command = [str(program), *map(str, arguments)]
    return subprocess.run(command, input=audio, capture_output=True, timeout=120)


def test_events_are_python_s(
    program: Path,
    pack: Path,
    scene: np.ndarray,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KERNELS_OVERRIDE, REFERENCE_KERNELS)
    python = Listener("gb")
    wanted = [event.to_dict() for event in python.feed(scene) + python.finish()]
    path = tmp_path / "scene.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(scene.tobytes())
    for done in (_run(program, pack, path), _run(program, pack, audio=scene.tobytes())):
        assert done.returncode == 0, done.stderr
        heard = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(heard) == len(wanted) > 0
        for event, expected in zip(heard, wanted, strict=True):
            assert event["score"] == pytest.approx(expected["score"], abs=1e-6)
            assert {**event, "score": 0} == {**expected, "score": 0}


def test_bad_input_is_refused(program: Path, pack: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.pack"
    damaged.write_bytes(pack.read_bytes()[:5000])
    stereo = tmp_path / "stereo.wav"
    with wave.open(str(stereo), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(400))
    for arguments in (
        [],
        [tmp_path / "none"],
        [damaged],
        [pack, tmp_path / "none"],
        [pack, stereo],
    ):
        done = _run(program, *arguments)
        assert done.returncode == 2
        assert done.stderr and not done.stdout

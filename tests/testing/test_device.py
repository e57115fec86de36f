"""`allears test` on a Linux-class device, also when the cable is pulled in the middle."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allears_tools import cli
from allears_tools.board import microphone
from allears_tools.flash import client
from allears_tools.testing import targets
from allears_tools.testing.running import run_trials

from tests.flash.conftest import flash_once
from tests.flash.daemon import Daemon

HANG_S = 15.0
"""No command may hang for longer when the line is dead."""


@pytest.fixture
def device(make_device: Callable[..., Daemon], make_pack: Callable[..., bytes]) -> Iterator[Daemon]:
    """A device that runs gb."""
    daemon = make_device("pty")
    daemon.port = daemon.start()
    report = asyncio.run(flash_once(daemon.port, make_pack("gb")))
    assert report.result == "flashed", report.error
    yield daemon


def _test(device: Daemon, labels: Path, *more: str, clips: int = 6) -> int:
    arguments = ["test", "--port", device.port, "--profile", "gb", "--labels", str(labels)]
    return cli.run([*arguments, "--clips", str(clips), *more])


def test_a_device_is_tested_by_its_link(
    device: Daemon, labels: Callable[[int], Path], tmp_path: Path
) -> None:
    path = tmp_path / "report.json"
    assert _test(device, labels(9), "--json", str(path)) == 0
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["device"]["audio_by"] == "link" and found["device"]["board"] == "linux"
    assert found["dropped_frames"] == found["bad_frames"] == 0
    assert found["wake_missed"] == 0 and found["clips"] == 6


def test_another_market_is_bad_input(
    device: Daemon, labels: Callable[[int], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["test", "--port", device.port, "--profile", "rs", "--speak", "--clips", "2"]
    assert cli.run(arguments) == cli.USAGE_ERROR
    assert "runs gb, not rs" in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "silent"])
def test_a_pulled_cable_ends_the_test_and_the_next_one_works(
    how: int,
    device: Daemon,
    labels: Callable[[int], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(client, "REQUEST_TIMEOUT_S", 1.0)
    pid = device._process.pid
    played = []

    async def pull_after_two(target, trials, reference, begin, tell):
        def told(outcome) -> None:
            tell(outcome)
            played.append(outcome)
            if len(played) == 2:
                os.kill(pid, how)

        return await run_trials(target, trials, reference, begin, told)

    path, junit = tmp_path / "report.json", tmp_path / "report.xml"
    with monkeypatch.context() as patch:
        patch.setattr("allears_tools.testing.command.run_trials", pull_after_two)
        assert _test(device, labels(9), "--json", str(path), "--junit", str(junit)) == 1
    said = capsys.readouterr().out.replace("\n", " ")
    assert "broken off after 2 of 6 clips" in said and "stopped answering" in said
    assert "Next step" in said and "Traceback" not in said
    assert json.loads(path.read_text(encoding="utf-8"))["clips"] == 2
    assert "stays connected" in junit.read_text(encoding="utf-8")
    if how == signal.SIGSTOP:
        os.kill(pid, signal.SIGCONT)
    else:
        device.port = device.start()
    assert _test(device, labels(9), clips=2) == 0


def test_no_wait_is_longer_than_a_hang_may_be() -> None:
    waits_s = (
        targets.CONNECT_TIMEOUT_S,
        client.REQUEST_TIMEOUT_S,
        microphone._STALL_TIMEOUT_S,
    )
    assert max(waits_s) < HANG_S

"""A running device that holds the pack gb, shared by the tests that watch it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("smpclient", reason="devices need the extra [flash]: pip install -e .[flash]")

from tests.flash.conftest import flash_once
from tests.flash.daemon import Daemon


@pytest.fixture(scope="session")
def flashed_state(tmp_path_factory, make_pack, public_key_path) -> Path:
    """The folder of a device that holds gb 1.0.0, which nobody runs."""
    folder = tmp_path_factory.mktemp("flashed")
    (folder / "ports").mkdir()
    daemon = Daemon("pty", folder / "device", public_key_path, folder / "ports")
    try:
        report = asyncio.run(flash_once(daemon.start(), make_pack("gb")))
        assert report.result == "flashed", report.error
    finally:
        daemon.kill()
    return daemon.state


@pytest.fixture
def make_device(
    tmp_path, monkeypatch, public_key_path, flashed_state
) -> Iterator[Callable[..., Daemon]]:
    """Returns devices that hold gb, killed at the end of the test."""
    ports = tmp_path / "ports"
    ports.mkdir()
    monkeypatch.setenv("ALLEARS_PORTS", str(ports))
    made: list[Daemon] = []

    def make(link: str = "pty") -> Daemon:
        state = tmp_path / f"device{len(made)}"
        shutil.copytree(flashed_state, state, symlinks=True)
        made.append(Daemon(link, state, public_key_path, ports))
        return made[-1]

    yield make
    for daemon in made:
        daemon.kill()

"""Running devices, and packs in files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("smpclient", reason="flashing needs the extra [flash]: pip install -e .[flash]")

from allears_tools.flash.flashing import Flashing, Report

from tests.flash.daemon import Daemon


@pytest.fixture
def ports_folder(tmp_path, monkeypatch) -> Path:
    """Where these tests' devices, and no others, tell their ports."""
    folder = tmp_path / "ports"
    folder.mkdir()
    monkeypatch.setenv("ALLEARS_PORTS", str(folder))
    return folder


@pytest.fixture
def make_device(tmp_path, ports_folder, public_key_path) -> Iterator[Callable[..., Daemon]]:
    """Returns devices, killed at the end of the test."""
    made: list[Daemon] = []

    def make(link: str = "pty", name: str = "device") -> Daemon:
        made.append(Daemon(link, tmp_path / name, public_key_path, ports_folder))
        return made[-1]

    yield make
    for daemon in made:
        daemon.kill()


@pytest.fixture
def pack_file(tmp_path, make_pack) -> Callable[..., Path]:
    """Returns a market's pack as a file."""

    def write(market: str, **options) -> Path:
        path = tmp_path / f"{market}.pack"
        path.write_bytes(make_pack(market, **options))
        return path

    return write


async def flash_once(port: str, content: bytes, **options) -> Report:
    """Flash a pack as `allears flash` does."""
    from allears.packs.contents import read_pack

    pack = read_pack(content)
    return await Flashing(port, lambda board: pack, lambda *_: None, **options).run()

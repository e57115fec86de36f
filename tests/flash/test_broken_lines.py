"""Cables that break, devices that hang, power that fails: the flash goes on where it stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import threading
import time

import pytest
from allears.device.checks import Gate
from allears.device.storage import Storage
from allears.errors import DeviceError
from allears.packs.trust import TrustedKey
from allears_tools.flash import client as client_module

from tests.flash.conftest import flash_once

KILLS = int(os.environ.get("ALLEARS_KILLS", "200"))
"""1,000 in `make soak`."""


class Cable:
    """A TCP relay to a device; it breaks after `break_after` bytes, `breaks` times."""

    def __init__(self, port: str, break_after: int, breaks: int) -> None:
        self._device = ("127.0.0.1", int(port.rpartition(":")[2]))
        self._break_after, self.breaks_left = break_after, breaks

    async def __aenter__(self) -> str:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        return f"tcp:127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *_) -> None:
        self._server.close()

    async def _relay(self, reader, writer) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._device)
        back = asyncio.ensure_future(self._copy(far_reader, writer, None))
        await self._copy(reader, far_writer, self._break_after)
        back.cancel()
        for end in (writer, far_writer):
            end.close()

    async def _copy(self, reader, writer, limit) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := await reader.read(500):
                passed += len(data)
                if limit and passed > limit and self.breaks_left:
                    self.breaks_left -= 1
                    return
                writer.write(data)
                await writer.drain()


def test_a_breaking_cable(make_device, make_pack):
    port = make_device("tcp:0").start()

    async def run():
        cable = Cable(port, break_after=60_000, breaks=6)
        async with cable as broken_port:
            return await flash_once(broken_port, make_pack("gb")), cable

    report, cable = asyncio.run(run())
    assert report.result == "flashed", report.error
    assert cable.breaks_left == 0 and report.broken_lines == 6


def test_a_device_that_hangs_does_not_hold_up_the_desk(make_device, make_pack, monkeypatch):
    for name in ("REQUEST_TIMEOUT_S", "FIRST_TIMEOUT_S"):
        monkeypatch.setattr(client_module, name, 1.0)
    daemon = make_device("pty")
    port = daemon.start()
    os.kill(daemon._process.pid, signal.SIGSTOP)
    threading.Timer(4.0, os.kill, (daemon._process.pid, signal.SIGCONT)).start()
    report = asyncio.run(flash_once(port, make_pack("gb")))
    # Not begun yet, so it is not waited for: the port may be another device's.
    assert report.result in ("failed", "flashed")
    if report.result == "failed":
        assert "No device answers" in report.error
    time.sleep(4)
    assert asyncio.run(flash_once(port, make_pack("gb"))).result in ("flashed", "kept")


def test_a_line_that_stays_dead_is_given_up(make_device, make_pack):
    daemon = make_device("tcp:0")
    port = daemon.start()
    threading.Timer(0.3, daemon.kill).start()
    report = asyncio.run(flash_once(port, make_pack("gb"), patience_s=1.0))
    assert report.result in ("failed", "flashed")


@pytest.fixture
def confirmed_pack(public_key_path):
    """Returns the market of the valid confirmed pack in a device's folder, by its files alone."""
    gate = Gate("linux", TrustedKey.load(public_key_path))

    def look(folder):
        storage = Storage.in_folder(folder)
        try:
            state = storage.journal.state
            assert state.confirmed is not None
            return gate.checked_pack(
                storage.slots[state.confirmed], state.security_counter
            ).head.market
        finally:
            storage.close()

    return look


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_power_cuts(make_device, make_pack, confirmed_pack):
    """Kill a device at random moments while it is flashed again and again."""
    random.seed(8)
    # Not a PTY: while the device is dead, its number may go to another program's.
    daemon = make_device(f"tcp:{free_port()}")
    port = daemon.start()
    first = asyncio.run(flash_once(port, make_pack("gb")))
    assert first.result == "flashed", first.error
    markets = ["rs", "gb"]
    reports = []
    stop = threading.Event()

    def flash_on():
        while not stop.is_set():
            content = make_pack(markets[len(reports) % 2])
            reports.append(
                asyncio.run(flash_once(port, content, patience_s=60.0, power_cuts_allowed=KILLS))
            )

    flasher = threading.Thread(target=flash_on)
    flasher.start()
    for _ in range(KILLS):
        time.sleep(random.uniform(0.0, 0.2))
        daemon.kill()
        assert confirmed_pack(daemon.state) in markets
        assert daemon.start() == port
    stop.set()
    flasher.join()
    assert reports
    assert [report.error for report in reports if report.result == "failed"] == []
    assert sum(report.broken_lines + report.power_cuts for report in reports) > KILLS / 10


def test_one_folder_is_one_device(make_device, public_key_path):
    daemon = make_device("pty")
    daemon.start()
    with pytest.raises(DeviceError, match="Another device runs"):
        Storage.in_folder(daemon.state)

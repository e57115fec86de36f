"""The cable of a device under test is pulled: told within 15 s, and the next test works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from allears_tools import cli

from tests.flash.conftest import flash_once
from tests.flash.daemon import Daemon
from tests.monitor.cables import Cable, end_of, start, wait_for

_A_CLIP_BYTES = 100_000
"""More than what is asked before the first clip is played."""


@pytest.mark.parametrize("how", ["broken", "silent"])
def test_a_pulled_cable(
    how: str,
    make_device: Callable[..., Daemon],
    make_pack: Callable[..., bytes],
    labels: Callable[[int], Path],
) -> None:
    port = make_device("tcp:0").start()
    assert asyncio.run(flash_once(port, make_pack("gb"))).result == "flashed"
    cable = Cable(port)
    arguments = ["test", "--port", cable.port, "--profile", "gb", "--labels", str(labels(9))]
    process = start(*arguments)
    wait_for(lambda: cable.passed_bytes > _A_CLIP_BYTES)
    cable.pull(how)
    status, said = end_of(process)
    assert status == 1
    assert "broken off after" in said and "stopped answering" in said.replace("\n", " ")
    assert "Traceback" not in said
    cable.plug_in()
    assert cli.run([*arguments, "--clips", "2"]) == 0

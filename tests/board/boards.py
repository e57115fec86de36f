"""One emulated board, as these tests use it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from allears.packs.contents import Pack
from allears_tools.board import emulator
from allears_tools.board.machines import MACHINES
from allears_tools.board.microphone import Microphone
from allears_tools.board.state import BoardFolder
from allears_tools.flash.client import DeviceClient
from allears_tools.flash.flashing import Flashing, Report
from allears_tools.flash.messages import HeardEvent, Status
from numpy.typing import NDArray

Answer = TypeVar("Answer")


class EmulatedBoard:
    """A board in a folder of its own."""

    def __init__(self, path: Path, machine: str, firmware: Path) -> None:
        self.folder = BoardFolder(path)
        self.machine = MACHINES[machine]
        self.firmware = firmware
        self.port = self.link = ""

    def start(self, link: str) -> None:
        running = emulator.start(self.folder, self.machine, self.firmware, link)
        self.port, self.link = running.port, running.link

    def flash(
        self, pack: Pack, tell: Callable[[str, int, int], None] = lambda *_: None, **options
    ) -> Report:
        """Flash as `allears flash` does."""
        return asyncio.run(Flashing(self.port, lambda board: pack, tell, **options).run())

    def ask(self, question: Callable[[DeviceClient], Awaitable[Answer]]) -> Answer:
        """Connect, ask, disconnect."""

        async def run() -> Answer:
            client = DeviceClient(self.port)
            await client.connect()
            try:
                return await question(client)
            finally:
                await client.disconnect()

        return asyncio.run(run())

    def status(self) -> Status:
        return self.ask(lambda client: client.status())

    def play(self, samples: NDArray[np.int16]) -> list[HeardEvent]:
        """Play int16 ``[n]`` to the microphone; return the events that came of it."""
        microphone = Microphone(self.folder.memory)
        return self.ask(lambda client: microphone.hear(client, samples))

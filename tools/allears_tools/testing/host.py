"""The C runtime of this machine as a target: `allears-posix` on a market's pack."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

from allears.profile import Profile

from allears_tools.evaluate.clip_audio import Samples
from allears_tools.firmware.library import build
from allears_tools.flash.messages import HeardEvent
from allears_tools.packing.build import build_pack
from allears_tools.packing.keys import read_key, write_key
from allears_tools.testing.errors import DeviceTestError
from allears_tools.testing.targets import Facts, Playback

HOST_PORT = "posix"
"""Stands for a port: the C runtime, built here."""

_PACK_BOARD = "mps2-an386"
"""Any microcontroller: its packs hold the layer programs that the C runtime runs."""

_TIMEOUT_S = 60.0
"""For a clip of 20 s at most, which takes a tenth of a second."""


class HostRuntime:
    """A process of `allears-posix` a stream.

    Args:
        profile: whose pack it runs.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._folder = tempfile.TemporaryDirectory(prefix="allears-test-")

    async def open(self) -> Facts:
        """Build the runtime and the pack."""
        self.command = host_command(self._profile, Path(self._folder.name))
        languages = [entry.language for entry in self._profile.languages]
        return Facts(HOST_PORT, "posix", self._profile.country, "", languages, "standard input")

    async def hear(self, samples: Samples) -> Playback:
        """Let a fresh process hear a stream."""
        process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(samples.tobytes()), _TIMEOUT_S)
        except asyncio.TimeoutError:
            process.kill()
            raise DeviceTestError(f"{self.command[0]} hangs.", "", "") from None
        if process.returncode:
            raise DeviceTestError(f"{self.command[0]} failed: {err.decode().strip()}")
        return Playback(read_events(out.decode()))

    async def close(self) -> None:
        """Remove the pack."""
        self._folder.cleanup()


def host_command(profile: Profile, folder: Path) -> list[str]:
    """Build `allears-posix` and a pack in `folder`; return the command that hears stdin.

    Raises:
        AllEarsError: there is no compiler, or the models do not fit.
    """
    program = build() / "allears-posix"
    key, pack = folder / "key.pem", folder / f"{profile.country}.pack"
    write_key(key)
    pack.write_bytes(build_pack(profile, read_key(key), board=_PACK_BOARD))
    return [str(program), str(pack)]


def read_events(lines: str) -> list[HeardEvent]:
    """Return the events that `allears-posix` printed, numbered from 0."""
    found = []
    for number, line in enumerate(lines.splitlines()):
        told = json.loads(line)
        event = HeardEvent(
            n=number,
            at_ms=round(told["time_s"] * 1000),
            kind=told["event"],
            lang=told["language"],
            id=told.get("id") or told["wake_word"],
            score=int(told["score"] * 256),
            number=told.get("number"),
        )
        found.append(event)
    return found

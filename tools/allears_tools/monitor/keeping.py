"""Field debugging: the audio around events, taken off the device and written here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import soundfile
from allears.contract import SAMPLE_RATE_HZ
from allears.errors import AllEarsError

from allears_tools.monitor.watching import Sample, Watcher

KINDS = ("event", "wake", "command")
"""What audio may be kept for."""


class ClipKeeper:
    """Lets a device keep the audio around events, and writes each clip as a WAV file.

    Args:
        watcher: of the device.
        folder: for the files; made if it is missing.
        kind: one of KINDS.

    Raises:
        AllEarsError: the folder cannot be made.
    """

    def __init__(self, watcher: Watcher, folder: Path, kind: str) -> None:
        self._watcher, self._folder, self._kind = watcher, folder, kind
        self._clips = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise AllEarsError(f"Cannot make the folder {folder}: {fault.strerror}.") from fault

    async def start(self) -> None:
        """Begin; what the device kept before is forgotten."""
        self._clips = (await self._watcher.now()).clips
        await self._watcher.keep(self._kind)

    async def take(self, sample: Sample) -> Path | None:
        """Fetch the clip that became whole with this sample, if one did, and begin anew."""
        before, self._clips = self._clips, sample.clips
        if sample.clips < before:  # the device booted, and keeps nothing any more
            await self._watcher.keep(self._kind)
        if sample.clips <= before:
            return None
        event, audio = await self._watcher.clip()
        await self._watcher.keep(self._kind)
        path = self._folder / f"{datetime.now():%Y%m%d-%H%M%S}-event-{event}.wav"
        soundfile.write(path, np.frombuffer(audio, "<i2"), SAMPLE_RATE_HZ)
        return path

    async def stop(self) -> None:
        """Let the device forget what it keeps."""
        await self._watcher.keep("off")

"""The device's microphone: the sound card, or raw PCM from a pipe."""

from __future__ import annotations

import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from allears.contract import SAMPLE_RATE_HZ
from allears.device.core import Device
from allears.errors import DeviceError
from allears.microphone import microphone_blocks

_BLOCK_BYTES = 20 * SAMPLE_RATE_HZ // 1000 * 2


def listen_in_background(device: Device, source: str) -> None:
    """Let the device hear a microphone from now on, beside what comes by link.

    Args:
        source: "mic" for the sound card; "-" for standard input, or the path of a named pipe, both
            with raw 16 kHz mono int16, as `arecord -t raw -f S16_LE -r 16000` gives it. A named
            pipe may be opened and closed by its writers as often as they like.

    Raises:
        DeviceError: there is no such pipe.
    """
    if source not in ("mic", "-") and not _is_pipe(Path(source)):
        raise DeviceError(
            f"{source} is no named pipe.",
            "a file ends at once, and a device listens on",
            f"mkfifo {source}; or --microphone mic, or - for standard input.",
        )
    blocks = _sound_card() if source == "mic" else _piped(source)
    threading.Thread(target=_hear, args=(device, blocks), daemon=True).start()


def _is_pipe(path: Path) -> bool:
    return path.exists() and stat.S_ISFIFO(path.stat().st_mode)


def _hear(device: Device, blocks: Iterator[bytes]) -> None:
    for block in blocks:
        with device.lock:
            device.hear_microphone(block)


def _sound_card() -> Iterator[bytes]:
    for block in microphone_blocks():
        yield block.tobytes()


def _piped(source: str) -> Iterator[bytes]:
    if source == "-":
        yield from _blocks(sys.stdin.buffer)
        return
    while True:
        with Path(source).open("rb") as pipe:
            yield from _blocks(pipe)


def _blocks(pipe: BinaryIO) -> Iterator[bytes]:
    """Whole blocks as they come; the last may be shorter, and half a sample is dropped."""
    while block := pipe.read(_BLOCK_BYTES):
        yield block[: len(block) // 2 * 2]

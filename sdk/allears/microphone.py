"""The microphone, through the optional package sounddevice."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allears.contract import SAMPLE_RATE_HZ
from allears.errors import MicrophoneError

_BLOCK_FRAMES = SAMPLE_RATE_HZ * 30 // 1000


def microphone_blocks(device: str | int | None = None) -> Iterator[NDArray[np.int16]]:
    """Yield what the microphone hears, mono 16 kHz int16, until the caller stops asking.

    Args:
        device: name or number as sounddevice lists them; the system's default where absent.

    Raises:
        MicrophoneError: sounddevice or PortAudio is missing, or there is no such microphone.
    """
    try:
        import sounddevice
    except ImportError as fault:
        raise MicrophoneError(
            "The microphone needs the package sounddevice, which is not installed.",
            "AllEars was installed without the extra `mic`",
            "pip install 'allears[mic]'; or pipe audio in: arecord -f S16_LE -r 16000 | "
            "allears listen -",
        ) from fault
    except OSError as fault:
        raise MicrophoneError(
            f"The microphone cannot be used: {fault}.",
            "the system library PortAudio is missing",
            "apt-get install libportaudio2",
        ) from fault
    heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def keep(data: Any, _frames: int, _time: Any, _status: Any) -> None:
        heard.put(bytes(data))

    try:
        stream = sounddevice.RawInputStream(
            SAMPLE_RATE_HZ, _BLOCK_FRAMES, device, channels=1, dtype="int16", callback=keep
        )
        with stream:
            while True:
                yield np.frombuffer(heard.get(), np.int16)
    except (sounddevice.PortAudioError, ValueError) as fault:
        raise MicrophoneError(
            f"No microphone can be opened: {fault}.",
            "none is plugged in, or it cannot record at 16 kHz",
            "python -m sounddevice lists the devices; or give a file instead of `mic`.",
        ) from fault

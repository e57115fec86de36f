"""A tolerant reader of WAV headers: PCM of 8 to 32 bits and floats, with or without extension."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allears.errors import AudioError

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_FORMATS = {(_PCM, 8), (_PCM, 16), (_PCM, 24), (_PCM, 32), (_FLOAT, 32), (_FLOAT, 64)}


class WavFormat(NamedTuple):
    """What a WAV header says. ``data_bytes`` may be wrong in a file that was being written."""

    coding: int
    channels: int
    rate_hz: int
    bits: int
    data_bytes: int

    @property
    def supported(self) -> bool:
        """Whether ``decode`` knows the coding."""
        return (self.coding, self.bits) in _FORMATS

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of every channel."""
        return self.channels * self.bits // 8


def read_header(file: BinaryIO, name: str | Path) -> WavFormat:
    """Read up to the first byte of sound.

    Raises:
        AudioError: the file ends before its sound begins, or the header makes no sense.
    """
    if not _read(file, 12, name).startswith(b"RIFF"):
        raise AudioError(f"{name} is no WAV file.", "another format under the name .wav", _CONVERT)
    form: bytes | None = None
    while True:
        chunk, size = struct.unpack("<4sI", _read(file, 8, name))
        if chunk == b"data":
            break
        body = _read(file, size + size % 2, name)
        if chunk == b"fmt ":
            form = body
    if form is None or len(form) < 16:
        raise _damaged(name, "it does not say the format of its sound")
    coding, channels, rate_hz, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if coding == _EXTENSIBLE and len(form) >= 26:
        (coding,) = struct.unpack("<H", form[24:26])
    if not 0 < channels <= 64 or not 1000 <= rate_hz <= 768_000 or bits % 8:
        raise _damaged(name, f"{channels} channels of {bits} bits at {rate_hz} Hz cannot be")
    return WavFormat(coding, channels, rate_hz, bits, size)


def decode(data: bytes, form: WavFormat) -> NDArray[np.float32]:
    """Return whole frames of sound as float32 ``[n, channels]`` in -1 to 1."""
    samples: NDArray[np.float32]
    if form.coding == _FLOAT:
        samples = np.frombuffer(data, f"<f{form.bits // 8}").astype(np.float32)
    elif form.bits == 8:
        # The only unsigned width: silence is 128.
        samples = (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128
    elif form.bits == 24:
        padded = np.zeros((len(data) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        samples = padded.view("<i4")[:, 0].astype(np.float32) / np.float32(2**31)
    else:
        whole = np.frombuffer(data, f"<i{form.bits // 8}")
        samples = whole.astype(np.float32) / np.float32(2 ** (form.bits - 1))
    return samples.reshape(-1, form.channels)


_CONVERT = "Convert it: ffmpeg -i INPUT -ar 16000 -ac 1 output.wav"


def _read(file: BinaryIO, size: int, name: str | Path) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise _damaged(name, "it ends inside its header")
    return data


def _damaged(name: str | Path, how: str) -> AudioError:
    return AudioError(
        f"{name} is no complete WAV file: {how}.",
        "an interrupted recording or download",
        "Record or fetch it again.",
    )

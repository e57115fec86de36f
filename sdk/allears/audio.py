"""Audio of any source as blocks of mono 16 kHz int16."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soxr
from numpy.typing import NDArray

from allears.contract import SAMPLE_RATE_HZ
from allears.errors import AudioError
from allears.wavfile import decode, read_header

_BLOCK_FRAMES = 16000
_CHUNK_BYTES = 640
"""Bytes asked of a pipe at once: 20 ms, so that events come as they happen."""


def read_audio(path: Path | str) -> NDArray[np.int16]:
    """Return the whole sound of a file, mono 16 kHz int16 ``[n]``."""
    return np.concatenate(list(file_blocks(path)))


def file_blocks(path: Path | str) -> Iterator[NDArray[np.int16]]:
    """Yield the sound of a file: WAV by our own reader, anything else through soundfile.

    Raises:
        AudioError: missing, unreadable, damaged, empty, or of an unknown format.
    """
    path = Path(path)
    try:
        file = path.open("rb")
    except FileNotFoundError as fault:
        raise AudioError(
            f"There is no file {path}.", "a misspelt path", "Check the path."
        ) from fault
    except OSError as fault:
        raise AudioError(
            f"Cannot open {path}: {fault.strerror}.", "", "Give the path of a readable file."
        ) from fault
    with file:
        yield from _at_least_one(_decoded(file, path), path)


def stream_blocks(stream: BinaryIO, rate_hz: int = SAMPLE_RATE_HZ) -> Iterator[NDArray[np.int16]]:
    """Yield the sound of a pipe: mono little-endian int16 at ``rate_hz``, or a whole WAV file.

    Raises:
        AudioError: the stream is a damaged WAV file, or gives nothing at all.
    """
    start = stream.read(4)
    if start == b"RIFF":
        whole = io.BytesIO(start + stream.read())
        yield from _at_least_one(_decoded(whole, "standard input"), "standard input")
    else:
        yield from _at_least_one(_raw(start, stream, rate_hz), "standard input")


def _decoded(file: BinaryIO, name: Path | str) -> Iterator[NDArray[np.int16]]:
    if file.read(4) == b"RIFF":
        file.seek(0)
        form = read_header(file, name)
        if form.supported:
            frames = iter(lambda: file.read(_BLOCK_FRAMES * form.frame_bytes), b"")
            whole = (data[: len(data) - len(data) % form.frame_bytes] for data in frames)
            yield from _resampled((decode(data, form) for data in whole), form.rate_hz)
            return
    file.seek(0)
    yield from _through_soundfile(file, name)


def _through_soundfile(file: BinaryIO, name: Path | str) -> Iterator[NDArray[np.int16]]:
    try:
        import soundfile
    except (ImportError, OSError) as fault:
        raise AudioError(
            f"{name} is no WAV file that AllEars reads itself.",
            "other formats need the package soundfile, which is not installed",
            "pip install soundfile; or convert it: ffmpeg -i INPUT -ar 16000 -ac 1 output.wav",
        ) from fault
    try:
        with soundfile.SoundFile(file) as sound:
            blocks = sound.blocks(_BLOCK_FRAMES, dtype="float32", always_2d=True)
            yield from _resampled(blocks, sound.samplerate)
    except soundfile.LibsndfileError as fault:
        empty = file.seek(0, io.SEEK_END) == 0
        raise AudioError(
            f"{name} cannot be read as audio: {'it is empty' if empty else fault.error_string}",
            "the file is damaged, or of a format that neither AllEars nor libsndfile knows",
            "Convert it: ffmpeg -i INPUT -ar 16000 -ac 1 output.wav",
        ) from fault


def _raw(start: bytes, stream: BinaryIO, rate_hz: int) -> Iterator[NDArray[np.int16]]:
    def frames() -> Iterator[NDArray[np.float32]]:
        pending = start
        while data := stream.read(_CHUNK_BYTES):
            pending += data
            whole = len(pending) - len(pending) % 2
            yield np.frombuffer(pending[:whole], "<i2").astype(np.float32).reshape(-1, 1) / 32768
            pending = pending[whole:]

    return _resampled(frames(), rate_hz)


def _resampled(blocks: Iterable[NDArray[np.float32]], rate_hz: int) -> Iterator[NDArray[np.int16]]:
    """Mix ``[n, channels]`` to mono and bring it to 16 kHz."""
    resampler = soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32")
    for block in blocks:
        mono = block.mean(axis=1, dtype=np.float32) if block.shape[1] > 1 else block[:, 0]
        yield _to_int16(mono if rate_hz == SAMPLE_RATE_HZ else resampler.resample_chunk(mono))
    if rate_hz != SAMPLE_RATE_HZ:
        yield _to_int16(resampler.resample_chunk(np.zeros(0, np.float32), last=True))


def _to_int16(sound: NDArray[np.float32]) -> NDArray[np.int16]:
    # NaN, which float files can hold, becomes silence.
    scaled = np.nan_to_num(np.round(sound * 32768), nan=0.0, posinf=32767, neginf=-32768)
    return np.clip(scaled, -32768, 32767).astype(np.int16)


def _at_least_one(
    blocks: Iterator[NDArray[np.int16]], name: Path | str
) -> Iterator[NDArray[np.int16]]:
    """Pass the blocks on; a source without a single sample is an error."""
    empty = True
    for block in blocks:
        if len(block):
            empty = False
            yield block
    if empty:
        raise AudioError(
            f"{name} holds no sound.",
            "an interrupted recording, or a pipe that nothing was sent through",
            "Record it again; check the command before the pipe.",
        )

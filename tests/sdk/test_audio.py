"""Every kind of file and pipe becomes mono 16 kHz int16."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from allears.audio import file_blocks, read_audio, stream_blocks
from allears.errors import AudioError


def wav(samples, coding, bits, rate_hz=16000, channels=1, extensible=False, extra=b""):
    """A WAV file's bytes around ready-made sample bytes."""
    tag = 0xFFFE if extensible else coding
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * frame, frame, bits)
    if extensible:
        form += struct.pack("<HHIH", 22, bits, 0, coding) + bytes(14)
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + extra
    body += b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tone(rate_hz, seconds=0.5):
    """A 440 Hz tone of half scale, float64 ``[n]``."""
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate_hz * seconds)) / rate_hz)


def encoded(sound, coding, bits):
    """The tone as sample bytes."""
    if coding == 3:
        return sound.astype(f"<f{bits // 8}").tobytes()
    if bits == 8:
        return np.round(sound * 127 + 128).astype(np.uint8).tobytes()
    whole = np.round(sound * (2 ** (bits - 1) - 1)).astype("<i4")
    if bits == 24:
        return whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    return whole.astype(f"<i{bits // 8}").tobytes()


@pytest.mark.parametrize("rate_hz", [8000, 16000, 44100, 48000])
@pytest.mark.parametrize("coding,bits", [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)])
@pytest.mark.parametrize("extensible", [False, True])
def test_every_width_and_rate(tmp_path, rate_hz, coding, bits, extensible):
    path = tmp_path / "tone.wav"
    path.write_bytes(
        wav(encoded(tone(rate_hz), coding, bits), coding, bits, rate_hz, 1, extensible)
    )
    heard = read_audio(path).astype(float) / 32768
    assert abs(len(heard) - 8000) <= 2
    middle = slice(1000, 7000)
    assert np.abs(heard[middle] - tone(16000)[middle]).max() < (0.02 if bits == 8 else 0.004)


def test_stereo_44100_hz_is_mixed_and_converted(tmp_path):
    left = tone(44100)
    both = np.stack([left, np.zeros_like(left)], axis=1)
    path = tmp_path / "stereo.wav"
    path.write_bytes(wav(encoded(both, 1, 16), 1, 16, 44100, channels=2))
    heard = read_audio(path).astype(float) / 32768
    assert np.abs(heard[1000:7000] - tone(16000)[1000:7000] / 2).max() < 0.004


def test_16_bit_at_16_khz_is_passed_bit_by_bit(tmp_path):
    samples = np.random.default_rng(0).integers(-32768, 32768, 40000).astype("<i2")
    path = tmp_path / "a.wav"
    path.write_bytes(wav(samples.tobytes(), 1, 16, extra=b"LIST\x03\0\0\0abc\0"))
    assert np.array_equal(read_audio(path), samples)


def test_data_cut_short_is_read_as_far_as_it_goes(tmp_path):
    path = tmp_path / "cut.wav"
    path.write_bytes(wav(np.arange(1000, dtype="<i2").tobytes(), 1, 16)[:-501])
    assert np.array_equal(read_audio(path), np.arange(749))


@pytest.mark.parametrize("length", [*range(0, 44), 44])
def test_every_truncated_header_is_told(tmp_path, length):
    path = tmp_path / "short.wav"
    path.write_bytes(wav(b"\0\0" * 100, 1, 16)[:length])
    with pytest.raises(AudioError) as caught:
        read_audio(path)
    assert str(path) in caught.value.what
    assert caught.value.cause and caught.value.remedy


def test_not_a_number_is_silence(tmp_path):
    path = tmp_path / "nan.wav"
    path.write_bytes(wav(np.array([np.nan, 0.5, np.inf, -9], "<f4").tobytes(), 3, 32))
    assert read_audio(path).tolist() == [0, 16384, 32767, -32768]


@pytest.mark.parametrize("kind", ["ogg", "flac"])
def test_other_formats_through_soundfile(tmp_path, kind):
    soundfile = pytest.importorskip("soundfile", reason="soundfile is not installed")
    path = tmp_path / f"tone.{kind}"
    soundfile.write(path, tone(22050), 22050)
    assert abs(len(read_audio(path)) - 8000) <= 2


@pytest.mark.parametrize("step", [1, 3, 640])
def test_raw_pcm_of_a_pipe_whatever_its_portions(step):
    samples = np.arange(-700, 700, dtype="<i2")

    class Pipe(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(step, size) if size > 4 else size)

    heard = list(stream_blocks(Pipe(samples.tobytes() + b"\x01")))
    assert np.array_equal(np.concatenate(heard), samples)


def test_raw_pcm_at_another_rate():
    data = (tone(8000) * 32767).astype("<i2").tobytes()
    heard = np.concatenate(list(stream_blocks(io.BytesIO(data), rate_hz=8000)))
    assert abs(len(heard) - 8000) <= 2


def test_wav_through_a_pipe():
    data = wav(encoded(tone(44100), 1, 16), 1, 16, 44100)
    heard = np.concatenate(list(stream_blocks(io.BytesIO(data))))
    assert abs(len(heard) - 8000) <= 2


def test_long_files_come_in_blocks(tmp_path):
    path = tmp_path / "long.wav"
    path.write_bytes(wav(bytes(2 * 16000 * 5), 1, 16))
    assert [len(block) for block in file_blocks(path)] == [16000] * 5

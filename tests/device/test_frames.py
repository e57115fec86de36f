"""Frames: the same as the `smp` package's, and no noise on the line does harm."""

from __future__ import annotations

import pytest
from allears.device.frames import FrameReader, encode_frame
from allears.link_contract import LINE_BYTES, MAX_MESSAGE_BYTES
from hypothesis import given
from hypothesis import strategies as st

packet = pytest.importorskip("smp.packet", reason="needs the extra [flash]")

LONGEST = MAX_MESSAGE_BYTES - 4


def lines_of(message: bytes, line_length: int = 127) -> bytes:
    return b"".join(packet.encode(message, line_length))


def decoded_by_smp(frame: bytes) -> bytes:
    decoder = packet.decode()
    next(decoder)
    for line in frame.splitlines(keepends=True):
        try:
            decoder.send(line)
        except StopIteration as whole:
            return whole.value
    raise AssertionError("not whole")


@given(st.binary(min_size=1, max_size=LONGEST))
def test_smp_reads_what_we_send(message):
    frame = encode_frame(message)
    assert decoded_by_smp(frame) == message
    assert max(map(len, frame.split(b"\n"))) < LINE_BYTES


@given(st.binary(min_size=1, max_size=LONGEST), st.integers(8, 300), st.integers(1, 64))
def test_we_read_what_smp_sends_in_any_pieces(message, line_length, piece):
    frame = lines_of(message, line_length)
    reader = FrameReader()
    found = []
    for at in range(0, len(frame), piece):
        found += reader.feed(frame[at : at + piece])
    assert found == [message] and reader.bad_frames == 0


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_noise_does_no_harm(noise):
    reader = FrameReader()
    for part in noise:
        for message in reader.feed(part):
            assert isinstance(message, bytes)
    # After a line's end, the next frame gets through.
    assert reader.feed(b"\n" + lines_of(b"hello world"))[-1] == b"hello world"


@given(st.binary(min_size=20, max_size=400), st.data())
def test_a_changed_byte_is_no_message(message, data):
    frame = bytearray(lines_of(message))
    at = data.draw(st.integers(0, len(frame) - 1))
    frame[at] ^= data.draw(st.integers(1, 255))
    reader = FrameReader()
    # Where the last line's end is hit, the line goes on: end it.
    assert reader.feed(bytes(frame) + b"\n") in ([], [message])


def test_console_text_between_frames():
    reader = FrameReader()
    text = b"booting...\r\nlogin: "
    assert reader.feed(text + lines_of(b"one") + text + lines_of(b"two")) == [b"one", b"two"]
    assert reader.bad_frames == 0


def test_an_endless_line_takes_no_memory():
    reader = FrameReader()
    for _ in range(1000):
        assert reader.feed(b"\x06\x09" + b"A" * 1000) == []
    assert len(reader._line) <= 2 * MAX_MESSAGE_BYTES + 1002


def test_too_long_a_message_is_dropped():
    reader = FrameReader()
    assert reader.feed(lines_of(bytes(LONGEST + 1))) == []
    assert reader.bad_frames == 1
    assert reader.feed(lines_of(bytes(LONGEST))) == [bytes(LONGEST)]

"""SMP over a serial line: messages in lines of base64, as Zephyr's console transport has them."""

from __future__ import annotations

import base64
import binascii
import struct

from allears.link_contract import LINE_BYTES, MAX_MESSAGE_BYTES

_START, _CONTINUE = b"\x06\x09", b"\x04\x14"
_LENGTH = struct.Struct(">H")
_CRC_BYTES = 2
_PAYLOAD_CHARS = (LINE_BYTES - len(_START) - 1) // 4 * 4
_LONGEST_LINE = 2 * MAX_MESSAGE_BYTES
"""A client may send a whole message in one line; anything longer is no line of ours."""


def encode_frame(message: bytes) -> bytes:
    """Return `message` as lines."""
    crc = binascii.crc_hqx(message, 0)
    length = _LENGTH.pack(len(message) + _CRC_BYTES)
    text = base64.b64encode(length + message + _LENGTH.pack(crc))
    parts = [text[at : at + _PAYLOAD_CHARS] for at in range(0, len(text), _PAYLOAD_CHARS)]
    marks = [_START] + [_CONTINUE] * (len(parts) - 1)
    return b"".join(mark + part + b"\n" for mark, part in zip(marks, parts, strict=True))


class FrameReader:
    """Finds messages in a stream of bytes, whatever else is in it.

    `bad_frames` counts what was begun and came to nothing.
    """

    def __init__(self) -> None:
        self.bad_frames = 0
        self._line = bytearray()
        self._frame: bytearray | None = None

    def feed(self, received: bytes) -> list[bytes]:
        """Return the messages that `received` completes."""
        messages = []
        *lines, rest = received.split(b"\n")
        for line in lines:
            self._line += line
            message = self._take_line(bytes(self._line))
            self._line.clear()
            if message is not None:
                messages.append(message)
        self._line += rest
        if len(self._line) > _LONGEST_LINE:
            self._drop()
            self._line.clear()
        return messages

    def _take_line(self, line: bytes) -> bytes | None:
        # Text of a console may stand before a frame.
        start, further = line.find(_START), line.find(_CONTINUE)
        if start >= 0 and (further < 0 or start < further):
            self._drop()
            self._frame = bytearray()
            text = line[start + len(_START) :]
        elif further >= 0 and self._frame is not None:
            text = line[further + len(_CONTINUE) :]
        else:
            return None
        try:
            self._frame += base64.b64decode(text.rstrip(b"\r"), validate=True)
        except ValueError:
            self._drop()
            return None
        return self._whole_message()

    def _whole_message(self) -> bytes | None:
        frame = self._frame
        if frame is None or len(frame) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(frame)
        if not _CRC_BYTES <= length <= MAX_MESSAGE_BYTES - _LENGTH.size:
            self._drop()
            return None
        if len(frame) < _LENGTH.size + length:
            return None
        body = bytes(frame[_LENGTH.size : _LENGTH.size + length])
        # The checksum over a message with its checksum is 0.
        if len(frame) > _LENGTH.size + length or binascii.crc_hqx(body, 0):
            self._drop()
            return None
        self._frame = None
        return body[:-_CRC_BYTES]

    def _drop(self) -> None:
        if self._frame is not None:
            self.bad_frames += 1
        self._frame = None

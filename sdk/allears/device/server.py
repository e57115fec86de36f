"""One SMP request in, one reply out."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import cbor2

from allears.device import image_group, live_group, os_group, voice_group
from allears.device.core import Device
from allears.device.flash import FlashFault
from allears.device.requests import Reply, Request
from allears.errors import AllEarsError, PackError
from allears.link_contract import (
    GROUP_IMAGE,
    GROUP_OS,
    GROUP_VOICE,
    IMAGE_ERASE,
    IMAGE_STATE,
    IMAGE_UPLOAD,
    MAX_MESSAGE_BYTES,
    OS_ECHO,
    OS_INFO,
    OS_PARAMETERS,
    OS_RESET,
    VOICE_AUDIO,
    VOICE_CLIP,
    VOICE_COUNTERS,
    VOICE_EVENTS,
    VOICE_KEEP,
    VOICE_LIVE,
    VOICE_STATUS,
    Refusal,
)

_HEADER = struct.Struct(">BBHHBB")
_READ, _WRITE = 0, 2
_OP_BITS = 0b111
_MAX_DEPTH = 8
"""Requests nest two deep; a client's nonsense must not cost memory."""

Handler = Callable[[Device, Request], Reply]

_HANDLERS: dict[tuple[int, int, int], Handler] = {
    (_WRITE, GROUP_OS, OS_ECHO): os_group.echo,
    (_READ, GROUP_OS, OS_ECHO): os_group.echo,
    (_WRITE, GROUP_OS, OS_RESET): os_group.reset,
    (_READ, GROUP_OS, OS_PARAMETERS): os_group.parameters,
    (_READ, GROUP_OS, OS_INFO): os_group.info,
    (_READ, GROUP_IMAGE, IMAGE_STATE): image_group.read_state,
    (_WRITE, GROUP_IMAGE, IMAGE_STATE): image_group.write_state,
    (_WRITE, GROUP_IMAGE, IMAGE_UPLOAD): image_group.upload,
    (_WRITE, GROUP_IMAGE, IMAGE_ERASE): image_group.erase,
    (_READ, GROUP_VOICE, VOICE_STATUS): voice_group.status,
    (_READ, GROUP_VOICE, VOICE_EVENTS): voice_group.events,
    (_READ, GROUP_VOICE, VOICE_COUNTERS): voice_group.counters,
    (_WRITE, GROUP_VOICE, VOICE_AUDIO): voice_group.audio,
    (_READ, GROUP_VOICE, VOICE_LIVE): live_group.live,
    (_WRITE, GROUP_VOICE, VOICE_KEEP): live_group.keep,
    (_READ, GROUP_VOICE, VOICE_CLIP): live_group.clip,
}


class Server:
    """Answers requests to `device`."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.reset_due = False

    def handle(self, message: bytes) -> bytes | None:
        """Return the reply to a message; None for what is no request.

        After it, `reset_due` says whether the device is to boot anew once the reply is out.
        """
        if len(message) < _HEADER.size:
            self.device.counters.bad_frames += 1
            return None
        op, _flags, length, group, sequence, command = _HEADER.unpack_from(message)
        body = message[_HEADER.size :]
        if op & _OP_BITS not in (_READ, _WRITE) or length != len(body):
            self.device.counters.bad_frames += 1
            return None
        self.device.counters.frames += 1
        reply = self._answer(op & _OP_BITS, group, command, body)
        self.reset_due = (group, command) == (GROUP_OS, OS_RESET) and not reply
        payload = cbor2.dumps(reply)
        if _HEADER.size + len(payload) > MAX_MESSAGE_BYTES - 4:
            payload = cbor2.dumps(self._refuse(Refusal.REPLY_TOO_LONG))
        return _HEADER.pack(op + 1, 0, len(payload), group, sequence, command) + payload

    def _answer(self, op: int, group: int, command: int, body: bytes) -> Reply:
        handler = _HANDLERS.get((op, group, command))
        if handler is None:
            return self._refuse(Refusal.UNKNOWN_COMMAND)
        try:
            return handler(self.device, Request(_decode(body)))
        except PackError as fault:
            return self._refuse(fault.refusal)
        except FlashFault:
            return self._refuse(Refusal.FLASH_FAILED)
        except AllEarsError:  # a model that broke while it ran
            return self._refuse(Refusal.BAD_MODEL)

    def _refuse(self, refusal: Refusal) -> Reply:
        self.device.counters.refusals += 1
        self.device.refusal = refusal
        return {"rc": refusal.rc, "rsn": f"{refusal.value} {refusal.sentence}"}


def _decode(body: bytes) -> dict[Any, Any]:
    try:
        found = cbor2.loads(body, max_depth=_MAX_DEPTH)
    except Exception as fault:  # tags of foreign kinds raise many
        raise PackError(Refusal.BAD_REQUEST) from fault
    if not isinstance(found, dict):
        raise PackError(Refusal.BAD_REQUEST)
    return found

"""A device as the desk sees it: every answer typed, every refusal an error, no wait without end."""

from __future__ import annotations

import asyncio
import binascii
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any

from allears.link_contract import Refusal
from smp.exceptions import SMPException
from smp.image_management import ImageState
from smpclient import SMPClient
from smpclient.exceptions import SMPClientException, SMPUploadError
from smpclient.generics import SMPRequest, error, error_v1
from smpclient.requests.image_management import ImageStatesRead, ImageStatesWrite
from smpclient.requests.os_management import MCUMgrParametersRead, ResetWrite
from smpclient.transport import SMPTransportDisconnected

from allears_tools.flash.errors import DeviceRefusal, LineError
from allears_tools.flash.messages import (
    AudioWrite,
    ClipPart,
    ClipRead,
    Counters,
    CountersRead,
    EventsRead,
    HeardEvent,
    KeepWrite,
    Live,
    LiveRead,
    Status,
    StatusRead,
)
from allears_tools.flash.transports import transport_for

REQUEST_TIMEOUT_S = 10.0
"""An erase or a copy from slot to slot may take seconds on slow flash."""

FIRST_TIMEOUT_S = 12.0
"""A board that boots proves its pack before it answers; other firmware may erase a slot first."""

_LIVE_TIMEOUT_S = 5.0
"""What only looks is answered at once; who watches a device wants to know soon that it is gone."""

_PING_TIMEOUT_S = 1.0
"""An emulator notices a new client late, and drops what it said before: ask again soon."""

LINE_FAULTS = (
    TimeoutError,
    asyncio.TimeoutError,
    OSError,
    SMPTransportDisconnected,
    SMPException,
    SMPClientException,
    binascii.Error,
    ValueError,
)
"""What a broken cable, a noisy line or a device that boots look like from here."""


class DeviceClient:
    """One device on one port.

    Every method raises LineError where the line fails, DeviceRefusal where the device says no.
    """

    def __init__(self, port: str) -> None:
        self.port = port
        self._transport, self._address = transport_for(port)
        self._client = SMPClient(self._transport, self._address, REQUEST_TIMEOUT_S)

    @property
    def part_bytes(self) -> int:
        """Longest message that the device takes."""
        return self._transport.max_unencoded_size

    async def connect(self, timeout_s: float = FIRST_TIMEOUT_S) -> None:
        """Open the port and ask until the device answers."""
        until_s = monotonic() + timeout_s
        fault: BaseException | None = None
        while (left_s := until_s - monotonic()) > 0:
            try:
                await self._transport.connect(self._address, min(left_s, _PING_TIMEOUT_S))
                while monotonic() < until_s:
                    try:
                        told = await self._client.request(MCUMgrParametersRead(), _PING_TIMEOUT_S)
                    except TimeoutError as silence:
                        fault = silence
                        continue
                    if not error(told):
                        self._transport.initialize(told.buf_size)
                    return
            except LINE_FAULTS as broken:
                fault = broken
                await self.disconnect()
                await asyncio.sleep(0.1)
        await self.disconnect()
        raise LineError(
            f"No device answers on {self.port}.",
            f"{fault}"
            if isinstance(fault, OSError) and str(fault)
            else "it is off, the cable is loose, or the port is another device's",
            "allears ports lists the ports there are.",
        )

    async def disconnect(self) -> None:
        """Close the port."""
        try:
            await self._transport.disconnect()
        except LINE_FAULTS:
            return

    async def status(self) -> Status:
        """Ask what the device is and what runs on it."""
        return await self._ask(StatusRead())

    async def counters(self) -> Counters:
        """Ask what the device has counted."""
        return await self._ask(CountersRead())

    async def images(self) -> list[ImageState]:
        """Ask what its slots hold."""
        return (await self._ask(ImageStatesRead())).images

    async def test(self, image_hash: bytes) -> None:
        """Let the pack boot next, on trial."""
        await self._ask(ImageStatesWrite(hash=image_hash))

    async def confirm(self, image_hash: bytes) -> None:
        """Keep the pack that runs."""
        await self._ask(ImageStatesWrite(hash=image_hash, confirm=True))

    async def reset(self) -> None:
        """Boot the device."""
        await self._ask(ResetWrite())

    async def upload(self, image: bytes) -> AsyncIterator[int]:
        """Send an image from where the device stands; yields where it stands."""
        try:
            async for offset in self._client.upload(
                image, first_timeout_s=FIRST_TIMEOUT_S, subsequent_timeout_s=REQUEST_TIMEOUT_S
            ):
                yield offset
        except SMPUploadError as fault:
            self._raise_if_refused(fault.args[0] if fault.args else None)
            raise LineError(f"{self.port}: the upload failed: {fault}") from fault
        except LINE_FAULTS as fault:
            raise self._lost(fault) from fault

    async def hear(self, samples: bytes) -> list[HeardEvent]:
        """Let the device hear a whole stream of 16 kHz mono int16 audio; return its events."""
        since = await self.next_event()
        part_bytes = (self.part_bytes - 64) // 2 * 2
        heard: list[HeardEvent] = []
        for at in range(0, max(1, len(samples)), part_bytes):
            part = samples[at : at + part_bytes]
            told = await self._ask(AudioWrite(data=part, end=at + part_bytes >= len(samples)))
            if told.next > since + len(heard):
                heard += await self.events(since + len(heard))
        return heard

    async def live(self) -> Live:
        """Ask what goes on now."""
        return await self._ask(LiveRead(), _LIVE_TIMEOUT_S)

    async def keep(self, what: str) -> None:
        """Let the device keep audio for "event", "wake", "command" or "now"; "off" forgets it."""
        await self._ask(KeepWrite(keep=what), _LIVE_TIMEOUT_S)

    async def clip_part(self, offset: int) -> ClipPart:
        """Ask for the clip that is kept, from a byte on."""
        return await self._ask(ClipRead(off=offset), _LIVE_TIMEOUT_S)

    async def clip(self) -> tuple[ClipPart, bytes]:
        """Return the clip so far, int16, with the last of its parts."""
        audio = b""
        while True:
            part = await self.clip_part(len(audio))
            audio += part.data
            if len(audio) >= part.len or not part.data:
                return part, audio

    async def play(self, part: bytes, *, end: bool = False) -> int:
        """Let the device hear a part of a stream; return the number its next event will have."""
        return int((await self._ask(AudioWrite(data=part, end=end))).next)

    async def finish(self, since: int) -> list[HeardEvent]:
        """End the stream of the device's microphone; return the events from `since` on."""
        await self._ask(AudioWrite(data=b"", end=True))
        return await self.events(since)

    async def next_event(self) -> int:
        """Ask which number the next event will have."""
        return int((await self._ask(EventsRead(since=0))).next)

    async def events(self, since: int) -> list[HeardEvent]:
        """Ask for the events from number `since` on that the device still keeps."""
        heard: list[HeardEvent] = []
        while True:
            told = await self._ask(EventsRead(since=since))
            heard += told.events
            if not told.events or heard[-1].n + 1 == told.next:
                return heard
            since = heard[-1].n + 1

    async def _ask(
        self, request: SMPRequest[Any, Any, Any], timeout_s: float = REQUEST_TIMEOUT_S
    ) -> Any:
        try:
            answer = await self._client.request(request, timeout_s)
        except LINE_FAULTS as fault:
            raise self._lost(fault) from fault
        self._raise_if_refused(answer)
        return answer

    def _raise_if_refused(self, answer: Any) -> None:
        if not hasattr(answer, "RESPONSE_TYPE") or not error(answer):
            return
        reason = (answer.rsn or "") if error_v1(answer) else ""
        code, _, sentence = reason.partition(" ")
        if code.isdecimal():
            known = {refusal.value: refusal.sentence for refusal in Refusal}
            raise DeviceRefusal(int(code), known.get(int(code), sentence), self.port)
        raise DeviceRefusal(0, reason or f"It answered {answer}.", self.port)

    def _lost(self, fault: BaseException) -> LineError:
        if isinstance(fault, TimeoutError | asyncio.TimeoutError):
            cause = "no answer in time: it is off, it hangs, or the cable is loose"
        elif isinstance(fault, SMPTransportDisconnected):
            cause = "the connection broke: the cable was pulled, or the device went off"
        else:
            cause = f"{type(fault).__name__}: {fault}".splitlines()[0]
        return LineError(
            f"{self.port}: the device stopped answering.",
            cause,
            "Check the cable, then run the command again; an upload goes on where it stopped.",
        )

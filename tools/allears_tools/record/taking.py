"""Takes what a person says from a device's microphone, by the memory it keeps audio in."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Protocol

import numpy as np
from allears.contract import SAMPLE_RATE_HZ
from allears.vad import VoiceActivity
from numpy.typing import NDArray

from allears_tools.flash.client import DeviceClient
from allears_tools.flash.errors import LineError

_BLOCK_SAMPLES = 30 * SAMPLE_RATE_HZ // 1000
_PAUSE_BLOCKS = 700 // 30
"""Silence after which somebody has finished."""

_LEAST_SPEECH_BLOCKS = 3
_WAIT_S = 0.05
_NO_AUDIO_S = 8.0


class Microphone(Protocol):
    """What takes are recorded with."""

    async def take(self) -> NDArray[np.int16]:
        """Record what is said next: int16 ``[n]``."""
        ...


class DeviceMicrophone:
    """The microphone of the device behind `client`, which is connected."""

    def __init__(self, client: DeviceClient) -> None:
        self._client = client

    async def take(self) -> NDArray[np.int16]:
        """Record what is said next: int16 ``[n]``, 3 s at most.

        It ends when somebody has spoken and then paused, so that a slow line need not carry the
        rest.

        Raises:
            LineError: the device stopped answering, or its microphone gives nothing.
            DeviceRefusal: the board has no memory for keeping audio.
        """
        await self._client.keep("now")
        ending = _Ending()
        audio = b""
        heard_s = monotonic()
        while True:
            part = await self._client.clip_part(len(audio))
            audio += part.data
            if part.data:
                heard_s = monotonic()
            if ending.reached(audio) or (part.ready and len(audio) >= part.len):
                break
            if monotonic() - heard_s > _NO_AUDIO_S:
                raise LineError(
                    f"{self._client.port}: the device hears nothing.",
                    "it has no microphone, or the microphone does not run",
                    "allears monitor shows what it hears; allears device takes --microphone.",
                )
            if not part.data:
                await asyncio.sleep(_WAIT_S)
        await self._client.keep("off")
        return np.frombuffer(audio, "<i2").astype(np.int16)


class _Ending:
    """Finds where somebody has finished speaking."""

    def __init__(self) -> None:
        self._voice = VoiceActivity(3)
        self._at = 0
        self._spoken = self._quiet = 0

    def reached(self, audio: bytes) -> bool:
        """Whether speech and a pause have passed in `audio`, which has grown since last time."""
        while (end := self._at + 2 * _BLOCK_SAMPLES) <= len(audio):
            speech = self._voice.is_speech(audio[self._at : end])
            self._at = end
            self._spoken += speech
            self._quiet = 0 if speech else self._quiet + 1
        return self._spoken >= _LEAST_SPEECH_BLOCKS and self._quiet >= _PAUSE_BLOCKS

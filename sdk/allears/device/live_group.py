"""The voice group's commands for watching a device: live, keep, clip."""

from __future__ import annotations

import re
import resource
from pathlib import Path

from allears.device.core import Device
from allears.device.requests import Reply, Request
from allears.errors import PackError
from allears.link_contract import (
    FIELD_AUDIO_MS,
    FIELD_BUSY_US,
    FIELD_CLIPS,
    FIELD_DATA,
    FIELD_KEEP,
    FIELD_KEEP_MS,
    FIELD_LEN,
    FIELD_LISTENING,
    FIELD_N,
    FIELD_NEXT,
    FIELD_OFF,
    FIELD_PEAK,
    FIELD_POWER,
    FIELD_READY,
    FIELD_SPEECH,
    FIELD_STACK_BYTES,
    FIELD_STACK_USED,
    FIELD_UP_US,
    FIELD_WAKE_SCORE,
    KEEP_MS,
    KEEP_NAMES,
    MAX_MESSAGE_BYTES,
    Refusal,
)
from allears.pipeline import View

_CLIP_BYTES = MAX_MESSAGE_BYTES // 2
"""Bytes of a clip in one reply."""

_STACK = re.compile(r"^VmStk:\s*(\d+) kB$", re.MULTILINE)
"""How far the process's first thread has grown its stack; Linux never shrinks it."""


def live(device: Device, request: Request) -> Reply:
    """Tell what goes on now."""
    running, meter = device.running, device.meter
    view = running.listener.look() if running else View(0.0, False, False)
    peak, power = meter.read()
    return {
        FIELD_AUDIO_MS: device.audio_ms,
        FIELD_NEXT: device.next_event,
        FIELD_CLIPS: device.keeping.clips,
        FIELD_PEAK: peak,
        FIELD_POWER: power,
        FIELD_SPEECH: view.had_speech,
        FIELD_WAKE_SCORE: int(view.wake_score * 256),
        FIELD_LISTENING: view.is_listening,
        FIELD_BUSY_US: _microseconds(meter.busy_s),
        FIELD_UP_US: _microseconds(meter.up_s),
        **_stack(),
    }


def _microseconds(time_s: float) -> int:
    return int(time_s * 1e6) % 2**32


def _stack() -> Reply:
    limit_bytes, _ = resource.getrlimit(resource.RLIMIT_STACK)
    try:
        found = _STACK.search(Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        found = None
    if found is None or limit_bytes == resource.RLIM_INFINITY:
        return {}
    return {FIELD_STACK_BYTES: limit_bytes, FIELD_STACK_USED: int(found.group(1)) * 1024}


def kept(device: Device) -> Reply:
    """Tell what audio is kept for."""
    return {FIELD_KEEP: KEEP_NAMES[device.keeping.what], FIELD_KEEP_MS: KEEP_MS}


def keep(device: Device, request: Request) -> Reply:
    """Begin to keep audio, or stop and forget it."""
    numbers = {name: number for number, name in KEEP_NAMES.items()}
    wanted = numbers.get(request.need(FIELD_KEEP, str))
    if wanted is None:
        raise PackError(Refusal.BAD_REQUEST)
    device.keeping.start(wanted)
    return kept(device)


def clip(device: Device, request: Request) -> Reply:
    """Hand over a part of the clip that is kept."""
    keeping = device.keeping
    off = request.get(FIELD_OFF, int) or 0
    if off % 2:
        raise PackError(Refusal.BAD_REQUEST)
    audio = keeping.clip()
    at = min(off, len(audio))
    told: Reply = {
        FIELD_CLIPS: keeping.clips,
        FIELD_READY: keeping.ready,
        FIELD_LEN: len(audio),
        FIELD_OFF: at,
        FIELD_DATA: audio[at : at + _CLIP_BYTES],
    }
    if keeping.ready and keeping.event is not None:
        told[FIELD_N] = keeping.event
    return told

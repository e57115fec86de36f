"""AllEars' own SMP group: what the device is, what it heard, and audio for tests."""

from __future__ import annotations

from typing import Any

from allears.device.core import Device
from allears.device.live_group import kept
from allears.device.requests import Reply, Request
from allears.link_contract import (
    FIELD_AT_MS,
    FIELD_AUDIO_MS,
    FIELD_BAD_FRAMES,
    FIELD_BOARD,
    FIELD_COMMANDS,
    FIELD_CONFIRMED,
    FIELD_CONTRACT,
    FIELD_COPIED_BYTES,
    FIELD_COUNTER,
    FIELD_DATA,
    FIELD_END,
    FIELD_EVENTS,
    FIELD_FRAMES,
    FIELD_ID,
    FIELD_KIND,
    FIELD_LANG,
    FIELD_LANGUAGES,
    FIELD_MARKET,
    FIELD_N,
    FIELD_NEXT,
    FIELD_NUMBER,
    FIELD_PACK_VERSION,
    FIELD_REASON,
    FIELD_RECEIVED_BYTES,
    FIELD_REFUSAL,
    FIELD_REFUSALS,
    FIELD_SCORE,
    FIELD_SINCE,
    FIELD_SLOT_BYTES,
    FIELD_WAKES,
    MAX_EVENTS_REPLY,
    SLOT_BYTES,
)
from allears.packs.contents import CONTRACT


def status(device: Device, request: Request) -> Reply:
    """Tell what the device is and what runs."""
    running, refusal = device.running, device.refusal
    return {
        FIELD_MARKET: running.pack.head.market if running else "",
        FIELD_PACK_VERSION: running.pack.image.header.version_text if running else "",
        FIELD_LANGUAGES: running.pack.languages if running else [],
        FIELD_BOARD: device.gate.board,
        FIELD_CONTRACT: CONTRACT,
        FIELD_COUNTER: device.storage.journal.state.security_counter,
        FIELD_SLOT_BYTES: SLOT_BYTES,
        FIELD_CONFIRMED: bool(running and running.confirmed),
        FIELD_REFUSAL: refusal.value if refusal else 0,
        FIELD_REASON: refusal.sentence if refusal else "",
        **kept(device),
    }


def events(device: Device, request: Request) -> Reply:
    """Tell the events from `since` on, a few at a time."""
    since = request.get(FIELD_SINCE, int) or 0
    due = [_as_map(number, event) for number, event in device.events if number >= since]
    return {FIELD_NEXT: device.next_event, FIELD_EVENTS: due[:MAX_EVENTS_REPLY]}


def _as_map(number: int, event: dict[str, Any]) -> Reply:
    told = {
        FIELD_N: number,
        FIELD_AT_MS: round(event["time_s"] * 1000),
        FIELD_KIND: event["event"],
        FIELD_LANG: event["language"],
        FIELD_ID: event.get("id") or event.get("wake_word", ""),
        FIELD_SCORE: round(event["score"] * 256),
    }
    if event.get("number") is not None:
        told[FIELD_NUMBER] = event["number"]
    return told


def counters(device: Device, request: Request) -> Reply:
    """Tell what has been counted."""
    counted = device.counters
    return {
        FIELD_AUDIO_MS: device.audio_ms,
        FIELD_WAKES: counted.wakes,
        FIELD_COMMANDS: counted.commands,
        FIELD_FRAMES: counted.frames,
        FIELD_BAD_FRAMES: counted.bad_frames,
        FIELD_REFUSALS: counted.refusals,
        FIELD_COPIED_BYTES: device.upload.copied_bytes,
        FIELD_RECEIVED_BYTES: device.upload.received_bytes,
    }


def audio(device: Device, request: Request) -> Reply:
    """Hear test audio, then answer."""
    device.hear(request.need(FIELD_DATA, bytes), bool(request.get(FIELD_END, bool)))
    return {FIELD_AUDIO_MS: device.audio_ms, FIELD_NEXT: device.next_event}

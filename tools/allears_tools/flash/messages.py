"""The voice group's messages, in the form smpclient sends and checks."""

from __future__ import annotations

from allears.link_contract import (
    GROUP_VOICE,
    VOICE_AUDIO,
    VOICE_CLIP,
    VOICE_COUNTERS,
    VOICE_EVENTS,
    VOICE_KEEP,
    VOICE_LIVE,
    VOICE_STATUS,
)
from pydantic import BaseModel, ConfigDict
from smp import error, message


class _Reply(message.ReadResponse):
    # A later device may tell more than this release knows.
    model_config = ConfigDict(extra="ignore", frozen=True)
    _GROUP_ID = GROUP_VOICE


class VoiceErrorV1(error.ErrorV1):
    """A refusal: `rc`, and `rsn` with our code and sentence."""

    _GROUP_ID = GROUP_VOICE


class VoiceErrorV2(error.ErrorV2[error.MGMT_ERR]):
    """The newer form of an error, which our devices do not send."""

    _GROUP_ID = GROUP_VOICE


class _VoiceGroup:
    _GROUP_ID = GROUP_VOICE
    _ErrorV1 = VoiceErrorV1
    _ErrorV2 = VoiceErrorV2


class Status(_Reply):
    """What the device is and what runs on it; fields as in sdk/contract/link.yaml."""

    _COMMAND_ID = VOICE_STATUS

    market: str
    pack_version: str
    languages: list[str]
    board: str
    contract: bytes
    counter: int
    slot_bytes: int
    confirmed: bool
    refusal: int
    reason: str
    keep: str = "off"
    keep_ms: int = 0


class StatusRead(_VoiceGroup, message.ReadRequest):
    """Ask for `Status`."""

    _COMMAND_ID = VOICE_STATUS
    _Response = Status


class HeardEvent(BaseModel):
    """An event as a device tells it; `score` in 1/256."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    n: int
    at_ms: int
    kind: str
    lang: str
    id: str
    score: int
    number: int | None = None


class Events(_Reply):
    """Events from the number asked for on, a few at a time."""

    _COMMAND_ID = VOICE_EVENTS

    next: int
    events: list[HeardEvent]


class EventsRead(_VoiceGroup, message.ReadRequest):
    """Ask for `Events`."""

    _COMMAND_ID = VOICE_EVENTS
    _Response = Events

    since: int


class Counters(_Reply):
    """What the device has counted."""

    _COMMAND_ID = VOICE_COUNTERS

    audio_ms: int
    wakes: int
    commands: int
    frames: int
    bad_frames: int
    refusals: int
    copied_bytes: int
    received_bytes: int


class CountersRead(_VoiceGroup, message.ReadRequest):
    """Ask for `Counters`."""

    _COMMAND_ID = VOICE_COUNTERS
    _Response = Counters


class AudioHeard(message.WriteResponse):
    """How much the device has heard, and the number its next event will have."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    _GROUP_ID = GROUP_VOICE
    _COMMAND_ID = VOICE_AUDIO

    audio_ms: int
    next: int


class AudioWrite(_VoiceGroup, message.WriteRequest):
    """Let the device hear 16 kHz mono int16 audio."""

    _COMMAND_ID = VOICE_AUDIO
    _Response = AudioHeard

    data: bytes
    end: bool = False


class Live(_Reply):
    """What goes on; since it was asked last where link.yaml says so."""

    _COMMAND_ID = VOICE_LIVE

    audio_ms: int
    next: int
    clips: int
    peak: int
    power: int
    speech: bool
    wake_score: int
    listening: bool
    busy_us: int | None = None
    up_us: int | None = None
    stack_bytes: int | None = None
    stack_used: int | None = None


class LiveRead(_VoiceGroup, message.ReadRequest):
    """Ask for `Live`."""

    _COMMAND_ID = VOICE_LIVE
    _Response = Live


class Kept(message.WriteResponse):
    """What audio is kept for, and how much at most."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    _GROUP_ID = GROUP_VOICE
    _COMMAND_ID = VOICE_KEEP

    keep: str
    keep_ms: int


class KeepWrite(_VoiceGroup, message.WriteRequest):
    """Let the device keep audio in RAM; "off" forgets it."""

    _COMMAND_ID = VOICE_KEEP
    _Response = Kept

    keep: str


class ClipPart(_Reply):
    """A part of the clip that is kept; `n` is the number of the event it was kept for."""

    _COMMAND_ID = VOICE_CLIP

    clips: int
    ready: bool
    len: int
    off: int
    data: bytes
    n: int | None = None


class ClipRead(_VoiceGroup, message.ReadRequest):
    """Ask for `ClipPart`."""

    _COMMAND_ID = VOICE_CLIP
    _Response = ClipPart

    off: int

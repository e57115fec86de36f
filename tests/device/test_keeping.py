"""Audio that a device keeps when it is asked to, and what it tells of itself meanwhile."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest
from allears.device.keeping import Keeping
from allears.device.microphone import listen_in_background
from allears.device.server import Server
from allears.errors import DeviceError
from allears.link_contract import (
    GROUP_VOICE,
    KEEP_AFTER_MS,
    KEEP_COMMAND,
    KEEP_EVENT,
    KEEP_MS,
    KEEP_NAMES,
    KEEP_NOW,
    KEEP_OFF,
    KEEP_WAKE,
    VOICE_AUDIO,
    VOICE_CLIP,
    VOICE_KEEP,
    VOICE_LIVE,
    VOICE_STATUS,
)

from tests.device.small import flash
from tests.device.test_server import ask

MS_BYTES = 32


def audio(length_ms, first=0):
    """Samples that count up from `first`, so that each tells its place."""
    return ((np.arange(length_ms * 16) + first * 16) % 30000).astype("<i2").tobytes()


@pytest.fixture
def server(device, signed):
    flash(device, signed())
    return Server(device)


def read(server, op, command, fields=None):
    return ask(server, op, GROUP_VOICE, command, fields or {})


def test_nothing_is_kept_unless_asked(server):
    read(server, 2, VOICE_AUDIO, {"data": audio(60), "end": False})
    status = read(server, 0, VOICE_STATUS)
    assert (status["keep"], status["keep_ms"]) == ("off", KEEP_MS)
    clip = read(server, 0, VOICE_CLIP)
    assert (clip["len"], clip["data"], clip["ready"], clip["clips"]) == (0, b"", False, 0)


def test_what_comes_next(server):
    assert read(server, 2, VOICE_KEEP, {"keep": "now"})["keep"] == "now"
    parts = [audio(60, at) for at in range(0, 3600, 60)]
    got = b""
    for part in parts:
        read(server, 2, VOICE_AUDIO, {"data": part, "end": False})
        got += read(server, 0, VOICE_CLIP, {"off": len(got)})["data"]
    clip = read(server, 0, VOICE_CLIP, {"off": len(got)})
    assert clip["ready"] and clip["len"] == KEEP_MS * MS_BYTES and "n" not in clip
    assert got == b"".join(parts)[: KEEP_MS * MS_BYTES]
    assert read(server, 2, VOICE_KEEP, {"keep": "off"})["keep"] == "off"
    assert read(server, 0, VOICE_CLIP)["len"] == 0


def test_a_reset_forgets(server):
    read(server, 2, VOICE_KEEP, {"keep": "now"})
    read(server, 2, VOICE_AUDIO, {"data": audio(60), "end": True})
    server.device.reset()
    assert read(server, 0, VOICE_STATUS)["keep"] == "off"
    assert read(server, 0, VOICE_CLIP)["len"] == 0


@pytest.mark.parametrize("fields", [{}, {"keep": 1}, {"keep": ""}, {"keep": "flash"}])
def test_bad_requests(server, fields):
    assert read(server, 2, VOICE_KEEP, fields)["rsn"].startswith("100 ")
    assert read(server, 0, VOICE_CLIP, {"off": 3})["rsn"].startswith("100 ")


def test_no_file_grows_while_audio_is_kept(server):
    flashes = [slot.content() for slot in server.device.storage.slots if slot.is_complete]
    read(server, 2, VOICE_KEEP, {"keep": "event"})
    read(server, 2, VOICE_AUDIO, {"data": audio(60), "end": False})
    assert flashes == [s.content() for s in server.device.storage.slots if s.is_complete]


@pytest.mark.parametrize("what", [KEEP_EVENT, KEEP_WAKE, KEEP_COMMAND])
@pytest.mark.parametrize("is_wake", [False, True])
@pytest.mark.parametrize("before_ms", [200, 5000])
def test_around_an_event(what, is_wake, before_ms):
    keeping = Keeping()
    keeping.start(what)
    for at in range(0, before_ms, 20):
        keeping.add(audio(20, at))
    keeping.note(7, is_wake=is_wake)
    for at in range(before_ms, before_ms + 1000, 20):
        keeping.add(audio(20, at))
    fits = what == KEEP_EVENT or (what == KEEP_WAKE) == is_wake
    assert keeping.ready == fits and keeping.clips == fits
    if not fits:
        assert keeping.clip() == b""
        return
    length_ms = min(KEEP_MS, before_ms + KEEP_AFTER_MS)
    assert keeping.event == 7
    assert keeping.clip() == audio(length_ms, before_ms + KEEP_AFTER_MS - length_ms)


def test_the_first_event_keeps_the_clip():
    keeping = Keeping()
    keeping.start(KEEP_EVENT)
    keeping.add(audio(100))
    keeping.note(0, is_wake=True)
    keeping.add(audio(400, 100))
    keeping.note(1, is_wake=False)
    keeping.add(audio(400, 500))
    assert keeping.event == 0 and len(keeping.clip()) == 600 * MS_BYTES


def test_every_kind_has_a_name():
    assert sorted(KEEP_NAMES) == [KEEP_OFF, KEEP_EVENT, KEEP_WAKE, KEEP_COMMAND, KEEP_NOW]


def test_levels_since_they_were_read(server):
    read(server, 0, VOICE_LIVE)
    loud = np.full(1600, -32768, "<i2").tobytes()
    read(server, 2, VOICE_AUDIO, {"data": loud, "end": False})
    told = read(server, 0, VOICE_LIVE)
    assert (told["peak"], told["power"], told["audio_ms"]) == (32768, 2**30, 100)
    assert told["up_us"] > 0 and told["stack_used"] <= told["stack_bytes"]
    told = read(server, 0, VOICE_LIVE)
    assert (told["peak"], told["power"], told["speech"], told["listening"]) == (0, 0, False, False)


def test_the_microphone_is_passed_over_while_audio_comes_by_link(device, signed):
    flash(device, signed())
    device.hear_microphone(audio(100))
    device.hear(audio(100), end=False)
    device.hear_microphone(audio(1000))
    assert device.audio_ms == 200
    device.hear_microphone(audio(1000))  # now the link has been silent for 2 s
    device.hear_microphone(audio(100))
    assert device.audio_ms == 300
    device.hear(audio(100), end=True)
    device.hear_microphone(audio(100))
    assert device.audio_ms == 500


def test_a_pipe_as_microphone(device, tmp_path):
    pipe = tmp_path / "microphone"
    os.mkfifo(pipe)
    device.keeping.start(KEEP_NOW)
    listen_in_background(device, str(pipe))
    for first in (0, 500):  # its writer may come and go
        with pipe.open("wb") as writer:
            writer.write(audio(500, first))
        until_s = time.monotonic() + 30
        while device.audio_ms < first + 500 and time.monotonic() < until_s:
            time.sleep(0.01)
    assert device.keeping.clip() == audio(1000)


def test_a_file_is_no_microphone(device, tmp_path):
    (tmp_path / "clip.raw").write_bytes(b"")
    with pytest.raises(DeviceError, match="no named pipe"):
        listen_in_background(device, str(tmp_path / "clip.raw"))

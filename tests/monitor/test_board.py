"""The same requests on the emulated board: C tells what Python tells, and keeps what it heard."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from allears import Profile
from allears_tools.cli import run
from allears_tools.demo.hearing import scene_audio
from allears_tools.demo.scenes import synthetic_section
from allears_tools.evaluate.labels import read_labels
from allears_tools.flash.client import DeviceClient
from allears_tools.flash.errors import DeviceRefusal
from allears_tools.record.recordings import Recordings
from allears_tools.record.script import load_prompts, script
from allears_tools.record.session import Outcome, run_session
from allears_tools.record.taking import DeviceMicrophone
from rich.console import Console

pytest.importorskip("smpclient", reason="devices need the extra [flash]: pip install -e .[flash]")

from allears.audio import read_audio
from allears_tools.board.microphone import Microphone
from allears_tools.demo.scenes import demo_clips

from tests.board import conftest as boards

an386_firmware = boards.an386_firmware
pack_for = boards.pack_for
make_board = boards.make_board

STACK_BYTES = 8192
BLOCK_BYTES = 320
"""The board's main loop hears 10 ms at once."""


@pytest.fixture
def board(make_board, an386_firmware, pack_for):
    """A board with a Cortex-M4 that runs gb 1.0.0."""
    made = make_board("mps2-an386", an386_firmware)
    report = made.flash(pack_for("gb", "mps2-an386"))
    assert report.result == "flashed", report.error
    return made


def test_live_and_kept_audio(board):
    scene = synthetic_section(Profile.load("gb").languages[0]).scenes[0]
    audio, _ = scene_audio(scene)
    microphone = Microphone(board.folder.memory)

    async def look(client):
        status = await client.status()
        await client.live()
        await client.keep("wake")
        await asyncio.to_thread(microphone.play, audio)
        live = await client.live()
        events = await client.events(0)
        part, clip = await client.clip()
        await client.keep("off")
        _, forgotten = await client.clip()
        return status, live, events, part, clip, forgotten

    status, live, events, part, clip, forgotten = board.ask(look)
    assert (status.keep, status.keep_ms) == ("off", 3000)
    woken = next(event for event in events if event.kind == "wake")
    # The one is the wake model's, the other its verifier's.
    assert live.speech and live.wake_score > 128 and woken.score > 128
    assert live.peak == np.abs(audio.astype(np.int32)).max()
    assert live.power == pytest.approx(np.mean(audio.astype(np.float64) ** 2), rel=0.01)
    assert 0 < live.busy_us < live.up_us
    assert live.stack_bytes == STACK_BYTES and 512 < live.stack_used < STACK_BYTES
    # The wake word was noted at the end of the 10 ms in which it was decided.
    end = (woken.at_ms + 500) * 32
    length = min(96_000, end)
    assert (part.ready, part.n, part.len) == (True, woken.n, length)
    assert clip == audio.tobytes()[end - length : end]
    assert forgotten == b""


def test_a_person_is_recorded(board, tmp_path):
    """Recorded by the board's microphone, kept on disk, and read by `allears evaluate`."""
    clips = {clip.text: clip for clip in demo_clips("en")}
    lines = [
        line for line in script("en", [], wake=True, all_phrasings=True) if line.text in clips
    ][:3]
    ring = Microphone(board.folder.memory)
    rng = np.random.default_rng(3)

    class Person(DeviceMicrophone):
        """Says the next line as soon as it is asked for."""

        said = 0

        async def take(self):
            clip = read_audio(clips[lines[self.said].text].path)
            self.said += 1
            room = rng.integers(-20, 20, 16000 * 4)
            room[8000 : 8000 + len(clip)] += clip // 2
            speaking = asyncio.ensure_future(asyncio.to_thread(self._speak, room.astype(np.int16)))
            samples = await super().take()
            await speaking
            return samples

        def _speak(self, room):
            import time

            time.sleep(0.5)  # once the board keeps what it hears
            ring.play(room)

    recordings = Recordings(tmp_path, "en", "synthetic", "ours", "test only")
    outcome = Outcome()

    async def record(client: DeviceClient):
        prompts = load_prompts("en")
        await run_session(
            lines, 1, Person(client), recordings, prompts, Console(quiet=True), outcome, 0
        )

    board.ask(record)
    assert (outcome.kept, outcome.refused) == (len(lines), {})
    found = read_labels(recordings.labels)
    assert [clip.text for clip in found] == [line.text for line in lines]
    assert all(0.8 < clip.duration_s <= 3 for clip in found)
    out = tmp_path / "report.json"
    options = ["--labels", str(recordings.labels), "--json", str(out)]
    assert run(["evaluate", "--language", "en", "--stage", "commands", *options]) == 0


def test_unknown_kinds_are_refused(board):
    async def ask(client):
        with pytest.raises(DeviceRefusal, match="lacks a field"):
            await client.keep("flash")
        with pytest.raises(DeviceRefusal, match="lacks a field"):
            await client.clip_part(1)

    board.ask(ask)

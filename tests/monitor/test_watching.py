"""What a device tells while it hears a phrase, and the audio it keeps when asked."""

from __future__ import annotations

import asyncio
import json

import numpy as np
import pytest
import soundfile
from allears import Profile
from allears_tools.cli import run
from allears_tools.demo.hearing import scene_audio
from allears_tools.demo.scenes import synthetic_section
from allears_tools.flash.client import DeviceClient
from allears_tools.flash.messages import Live
from allears_tools.monitor import watching
from allears_tools.monitor.watching import FLOOR_DB, Watcher


@pytest.fixture(scope="module")
def scene():
    """A wake word and a command by a synthetic voice."""
    return synthetic_section(Profile.load("gb").languages[0]).scenes[0]


async def _watch(port, audio, keep=None):
    """Play `audio` as fast as the line takes it, and return what was told, and the clip kept."""
    client = DeviceClient(port)
    await client.connect()
    if keep:
        await client.keep(keep)
    watcher = Watcher(client, 0.001)
    samples = []
    playing = asyncio.ensure_future(watcher.play(audio))
    async for sample in watcher.samples():
        samples.append(sample)
        if playing.done():
            break
    part, clip = await client.clip()
    status = await client.status()
    await client.disconnect()
    return samples, part, clip, status


def test_a_phrase(make_device, scene):
    audio, _ = scene_audio(scene)
    samples, part, clip, status = asyncio.run(_watch(make_device().start(), audio))
    kinds = [event.kind for sample in samples for event in sample.events]
    assert kinds[:2] == ["wake", "command"]
    assert max(sample.wake_score for sample in samples) > 0.5
    assert any(sample.speech for sample in samples) and not samples[-1].speech
    assert any(sample.listening for sample in samples)
    assert max(sample.level_db for sample in samples) > -40 > FLOOR_DB
    assert all(0 <= (sample.load or 0) <= 1 for sample in samples)
    assert all(0 < sample.stack_used <= sample.stack_bytes for sample in samples)
    # Nothing was asked for, so nothing was kept.
    assert (status.keep, part.len, clip) == ("off", 0, b"")


def test_audio_around_the_wake_word(make_device, scene):
    audio, _ = scene_audio(scene)
    samples, part, clip, status = asyncio.run(_watch(make_device().start(), audio, keep="wake"))
    (woken,) = (e for sample in samples for e in sample.events if e.kind == "wake")
    assert (status.keep, status.keep_ms, part.ready, part.n) == ("wake", 3000, True, woken.n)
    kept = np.frombuffer(clip, "<i2")
    end = (woken.at_ms + 500) * 16
    start = max(0, end - 48000)
    # An event is decided at the end of a block of 30 ms, and noted at the end of a part of 20 ms.
    shifts = [
        s for s in range(-800, 801, 160) if np.array_equal(kept, audio[start + s : end + s])
    ] or [s for s in range(0, 801) if np.array_equal(kept, audio[: end + s])]
    assert shifts


def test_json_lines(make_device, capfd):
    port = make_device().start()
    assert run(["monitor", "--port", port, "--json", "--seconds", "0.3", "--period-ms", "50"]) == 0
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert lines and all(line["kind"] == "sample" for line in lines)
    assert {"level_db", "wake_score", "listening", "load", "stack_used"} <= set(lines[0])


def test_the_terminal_shows_what_runs(make_device, capfd):
    port = make_device().start()
    assert run(["monitor", "--port", port, "--seconds", "0.3"]) == 0
    shown = capfd.readouterr().out
    assert "gb 1.0.0 (en)" in shown and "wake score" in shown and "stack" in shown


def test_clips_are_written_and_then_forgotten(make_device, scene, tmp_path, capfd):
    port = make_device("tcp:0").start()
    audio, _ = scene_audio(scene)

    async def play():
        from allears_tools.monitor.keeping import ClipKeeper

        client = DeviceClient(port)
        await client.connect()
        watcher = Watcher(client, 0.001)
        keeper = ClipKeeper(watcher, tmp_path / "kept", "wake")
        await keeper.start()
        playing = asyncio.ensure_future(watcher.play(audio))
        paths = []
        async for sample in watcher.samples():
            if path := await keeper.take(sample):
                paths.append(path)
            if playing.done():
                break
        await keeper.stop()
        _, left = await client.clip()
        status = await client.status()
        await client.disconnect()
        return paths, left, status

    paths, left, status = asyncio.run(play())
    assert len(paths) == 1 and left == b"" and status.keep == "off"
    written, rate_hz = soundfile.read(paths[0], dtype="int16")
    assert rate_hz == 16000 and 500 * 16 <= len(written) <= 48000


def test_a_clock_that_wraps():
    def live(busy_us, up_us):
        return Live(
            audio_ms=1000, next=0, clips=0, peak=0, power=0, speech=False, wake_score=0,
            listening=False, busy_us=busy_us, up_us=up_us,
        )  # fmt: skip

    sample = watching._sample(0.1, live(2**32 - 5000, 2**32 - 10_000), live(5000, 90_000), [])
    assert sample.load == pytest.approx(0.1)


@pytest.mark.parametrize("arguments", [["--port", "tcp:nowhere"], ["--port", "x", "--keep-kind=a"]])
def test_bad_input(arguments, capfd):
    assert run(["monitor", *arguments]) == 2
    assert "error:" in capfd.readouterr().err

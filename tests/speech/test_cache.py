"""The cache: what is stored comes back; interruption loses nothing that was finished."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from allears_tools.speech import ClipRequest, SpeechCache, synthesise
from allears_tools.speech.engines import engine

from tests.speech.conftest import espeak_jobs

_KILLED = """
import sys
from pathlib import Path
from allears_tools.speech import SpeechCache, synthesise
from tests.speech.conftest import espeak_jobs
synthesise(espeak_jobs(100_000), SpeechCache(Path(sys.argv[1])))
"""


def test_clips_come_back_as_they_were_made(cache: SpeechCache) -> None:
    jobs = espeak_jobs(6)
    assert synthesise(jobs, cache) == 6
    for job in jobs:
        entry = cache[job.request.key(engine("espeak").version)]
        np.testing.assert_array_equal(cache.read(entry), engine("espeak").speak(job.request))
        assert entry.request == job.request
        assert entry.pronounced.startswith("nˈʌmbɚ")
        assert (entry.role, entry.label, entry.split) == ("command", "stop", "train")
        assert np.abs(cache.read(entry)).max() == pytest.approx(0.7 * 32767, abs=1)


def test_nothing_is_made_twice(cache: SpeechCache) -> None:
    synthesise(espeak_jobs(5), cache)
    assert synthesise(espeak_jobs(8), cache) == 3
    assert synthesise(espeak_jobs(8), SpeechCache(cache.folder.parent)) == 0


def test_several_processes_make_the_same_clips(cache: SpeechCache, tmp_path: Path) -> None:
    other = SpeechCache(tmp_path / "other")
    synthesise(espeak_jobs(40), cache, processes=2)
    synthesise(espeak_jobs(40), other)
    assert {e.key for e in cache} == {e.key for e in other}
    for entry in cache:
        np.testing.assert_array_equal(cache.read(entry), other.read(other[entry.key]))


def test_a_killed_run_is_resumed(tmp_path: Path) -> None:
    here = Path(__file__).parents[2]
    path = os.pathsep.join([str(here), *sys.path])
    run = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.time() + 60
        while len(SpeechCache(tmp_path)) < 30:
            assert time.time() < deadline and run.poll() is None
            time.sleep(0.05)
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    survived = SpeechCache(tmp_path)
    done = len(survived)
    wanted = espeak_jobs(done + 10)
    assert synthesise(wanted, survived) == 10
    for job in wanted:
        entry = survived[job.request.key(engine("espeak").version)]
        np.testing.assert_array_equal(survived.read(entry), engine("espeak").speak(job.request))


@pytest.mark.parametrize("damage", ["half a line", "lost samples"])
def test_damage_at_the_end_of_a_shard_costs_its_last_clip_only(
    cache: SpeechCache, damage: str
) -> None:
    synthesise(espeak_jobs(4), cache)
    (index,) = cache.folder.glob("*.jsonl")
    victim = index if damage == "half a line" else index.with_suffix(".pcm")
    os.truncate(victim, victim.stat().st_size - 20)
    reopened = SpeechCache(cache.folder.parent)
    assert len(reopened) == 3
    assert synthesise(espeak_jobs(4), reopened) == 1
    assert len(reopened) == 4


def test_stopping_after_a_time_keeps_what_was_made(cache: SpeechCache) -> None:
    assert synthesise(espeak_jobs(50), cache, seconds=-1.0) == 0
    assert synthesise(espeak_jobs(50), cache) == 50


def test_filters(cache: SpeechCache) -> None:
    synthesise(espeak_jobs(6), cache)
    assert len(cache.entries(language="en", role="command", split="train")) == 6
    assert len(cache.entries(voice="f1")) == 3
    assert cache.entries(language="sr") == []
    assert len(cache.entries(where=lambda e: e.request.text == "number 2")) == 1


def test_the_address_depends_on_sound_and_engine_alone() -> None:
    one = ClipRequest(engine="espeak", voice="f1", language="en", text="stop")
    same = ClipRequest(text="stop", language="en", voice="f1", engine="espeak", speed=1.0)
    louder = ClipRequest(engine="espeak", voice="f1", language="en", text="stop", speed=1.1)
    assert one.key("1") == same.key("1")
    assert len({one.key("1"), one.key("2"), louder.key("1")}) == 3


def test_export_to_wav(cache: SpeechCache, tmp_path: Path) -> None:
    import soundfile

    synthesise(espeak_jobs(1), cache)
    entry = next(iter(cache))
    cache.write_wav(entry, tmp_path / "clip.wav")
    samples, rate_hz = soundfile.read(tmp_path / "clip.wav", dtype="int16")
    assert rate_hz == 16_000
    np.testing.assert_array_equal(samples, cache.read(entry))

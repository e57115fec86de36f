"""The same jobs on a cluster of two workers as here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from allears_tools.jobs.scheduler import SchedulerError, on_scheduler
from allears_tools.speech import ClipRequest, Job, SpeechCache, synthesise

distributed = pytest.importorskip("distributed", reason="clusters need the extra [cluster]")
pytest.importorskip("espeakng_loader", reason="the clips are espeak-ng's")
pytest.importorskip("torch", reason="features of training need the extra [train]")


def _jobs(count: int) -> list[Job]:
    def request(number: int) -> ClipRequest:
        return ClipRequest(
            engine="espeak", voice="f1", accent="en-us", language="en", text=f"number {number}"
        )

    return [Job(request=request(n), role="command", label="stop") for n in range(count)]


@pytest.fixture(scope="module")
def cluster() -> object:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, protocol="tcp"
    ) as cluster:
        yield cluster


def test_without_a_scheduler_jobs_stay_here() -> None:
    with on_scheduler(None, 3) as at_once:
        assert at_once == 3


def test_synthesis_and_features_on_two_workers(cluster: object, tmp_path: Path) -> None:
    from allears_tools.training.material import Material, StreamPlan, make_streams
    from allears_tools.training.streams import COMMAND_WINDOW, Utterance

    here, there = SpeechCache(tmp_path / "here"), SpeechCache(tmp_path / "there")
    synthesise(_jobs(6), here)
    with on_scheduler(cluster.scheduler_address, 1) as at_once:
        assert at_once == 2
        assert synthesise(_jobs(6), there, processes=at_once) == 6
        assert synthesise(_jobs(6), there, processes=at_once) == 0
        clips = [there.read(e).astype(np.float32) / 32768 for e in there]
        material = Material([Utterance(c, 1) for c in clips], [Utterance(clips[0], 0)])
        plan = StreamPlan(4, 0.04, COMMAND_WINDOW)
        features, labels = make_streams(material, plan, None, at_once, batch=2)
    for job in _jobs(6):
        (mine,) = here.entries(text=job.request.text)
        (theirs,) = there.entries(text=job.request.text)
        assert np.array_equal(here.read(mine), there.read(theirs))
    expected, expected_labels = make_streams(material, plan, None, 1, batch=2)
    assert np.array_equal(features, expected) and np.array_equal(labels, expected_labels)


def test_nobody_at_the_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allears_tools.jobs.scheduler._CONNECT_TIMEOUT_S", 0.5)
    with (
        pytest.raises(SchedulerError, match="cannot be reached"),
        on_scheduler("tcp://127.0.0.1:9", 1),
    ):
        pass

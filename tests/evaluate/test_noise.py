"""Noise under clips: which recordings, how loud, and what it costs."""

from __future__ import annotations

import numpy as np
import pytest
from allears_tools.augment.noise import speech_power
from allears_tools.evaluate.clip_audio import read_padded
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.judging import NEGATIVE, Truth
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.listening import Hearing
from allears_tools.evaluate.noise import noise_bed
from allears_tools.evaluate.report import noise_report

from tests.evaluate.conftest import Recordings


@pytest.fixture
def noisy(recordings: Recordings) -> Recordings:
    """A clip of speech, two noises kept for testing and one that may train."""
    recordings.add([8000], "二", kind="digit")
    for name, kind, training in (
        ("Kitchen_1", "noise", "test only"),
        ("road", "noise-car", "test only"),
        ("kitchen_b", "noise", "noise: yes"),
    ):
        recordings.add([3000] * 9, "", locale="", kind=kind, training=training)
        old = recordings.lines[-1].split("\t")[0]
        new = f"one/{name}.wav"
        (recordings.folder / old).rename(recordings.folder / new)
        recordings.lines[-1] = recordings.lines[-1].replace(old, new)
    recordings.labels.write_text("\n".join(recordings.lines) + "\n", encoding="utf-8")
    return recordings


def test_a_noise_is_found_by_its_file_or_kind_and_never_trained(noisy: Recordings) -> None:
    clips = read_labels(noisy.labels)
    assert [file.stem for file in noise_bed("kitchen:10", clips).files] == ["Kitchen_1"]
    assert [file.stem for file in noise_bed("car:5", clips).files] == ["road"]
    assert noise_bed("car:5", clips).title == "car:5"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [("kitchen", "--noise kitchen:10"), ("kitchen:loud", "--noise kitchen:10"), ("sea:3", "road")],
)
def test_what_cannot_be_is_explained(noisy: Recordings, wanted: str, told: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        noise_bed(wanted, read_labels(noisy.labels))
    assert told in caught.value.remedy


@pytest.mark.parametrize("snr_db", [20.0, 10.0])
def test_the_noise_is_as_far_below_the_speech_as_asked(noisy: Recordings, snr_db: float) -> None:
    clips = read_labels(noisy.labels)
    padded = read_padded(clips[0].audio)
    bed = noise_bed(f"kitchen:{snr_db}", clips)
    mixed = bed.under(padded, "key")
    assert mixed.dtype == np.int16 and len(mixed) == len(padded)
    noise = mixed.astype(np.float64) - padded
    found_db = 10 * np.log10(speech_power(padded.astype(np.float32)) / np.mean(noise**2))
    assert abs(found_db - snr_db) < 0.2
    assert np.mean(noise[:8000] ** 2) > 0
    assert (bed.under(padded, "key") == mixed).all()
    assert (bed.under(padded, "another") != mixed).any()


def test_points_lost(noisy: Recordings) -> None:
    clips = read_labels(noisy.labels)
    due = Truth(expected="digit_2")
    heard = [Hearing(clips[0], due, found) for found in (("digit_2",), ("digit_1",), (), ())]
    lost = noise_report([*heard, Hearing(clips[1], NEGATIVE, ())], 0.75, noise_bed("car:5", clips))
    assert (lost["right"], lost["wrong"], lost["none"]) == (1, 1, 2)
    assert lost["points_lost"] == pytest.approx(50.0)
    assert lost["recordings"] == ["road.wav"] and lost["snr_db"] == 5

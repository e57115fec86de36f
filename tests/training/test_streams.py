"""Composed streams: where utterances lie and which steps carry their label."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from allears_tools.training.material import StreamPlan
from allears_tools.training.streams import (
    COMMAND_WINDOW,
    IGNORE,
    NONE,
    SAMPLE_RATE_HZ,
    STREAM_SAMPLES,
    WAKE_WINDOW,
    Span,
    Utterance,
    compose,
    label_steps,
    loudest_part,
    trim,
)
from allears_tools.training.varying import HALF, OTHER_S, half_a_command, varied


def tone(seconds: float, label: int = 0, background: bool = False) -> Utterance:
    time = np.arange(int(seconds * 16000)) / 16000
    return Utterance(np.sin(time * 2000).astype(np.float32), label, background)


def unchanged(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return samples


def test_trim_keeps_only_the_speech() -> None:
    quiet = np.zeros(8000, np.float32)
    clip = np.concatenate([quiet, tone(0.5).samples, quiet])
    assert len(trim(clip)) == pytest.approx(8000, abs=160)
    assert len(trim(np.zeros(4000, np.float32))) == 4000


def test_spans_lie_where_the_sound_is() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        stream, spans = compose([tone(0.4, 3)], [tone(0.3)], rng, unchanged)
        assert stream.shape == (STREAM_SAMPLES,)
        for span in spans:
            inside = stream[int(span.start_s * 16000) : int(span.end_s * 16000)]
            after = stream[int(span.end_s * 16000) + 1 : int((span.end_s + 0.5) * 16000)]
            assert span.label == 3
            assert np.abs(inside).max() > 0.1
            assert np.abs(after).max(initial=0) == 0


def test_followed_positives_leave_hardly_a_pause() -> None:
    rng = np.random.default_rng(0)
    gaps = []
    for _ in range(20):
        _, spans = compose(
            [tone(0.4, 1)], [tone(0.3)], rng, unchanged, positive_share=1.0, follow_share=1.0
        )
        gaps += [b.start_s - a.end_s for a, b in pairwise(spans)]
    assert gaps and max(gaps) <= 0.26


def test_recordings_with_a_floor_have_it_round_their_speech_alone() -> None:
    rng = np.random.default_rng(0)
    for _ in range(10):
        stream, spans = compose(
            [tone(0.4, 1)], [tone(0.3)], rng, unchanged, positive_share=1.0, floor_share=1.0
        )
        for span in spans:
            begin, end = round(span.start_s * 16000), round(span.end_s * 16000)
            peak = np.abs(stream[begin:end]).max()
            after = stream[end + 1 : end + 160]
            assert 0 < np.sqrt(np.square(after).mean()) < peak * 10 ** (-30 / 20)
        assert np.mean(stream == 0) > 0.05, "between recordings there is silence"


def test_words_are_hastened_drawn_out_and_cut_off() -> None:
    whole = np.concatenate([tone(0.6).samples, 0.05 * tone(0.2).samples])

    def lengths_s(**changes: float) -> np.ndarray:
        plan = StreamPlan(1, 0.04, COMMAND_WINDOW, **changes)
        return np.array([len(varied(whole, dice, plan)) / 16000 for _ in range(40)])

    dice = np.random.default_rng(0)
    as_said = lengths_s()
    assert lengths_s(shorter=0.5).mean() < 0.95 * as_said.mean()
    assert lengths_s(longer=2.0, longer_share=1.0).mean() > 1.1 * as_said.mean()
    assert lengths_s(cut_share=1.0).mean() < 0.95 * as_said.mean()


def test_background_speech_is_cut_not_squeezed() -> None:
    rng = np.random.default_rng(0)
    stream, spans = compose(
        [tone(0.4, 1)], [tone(20, background=True)], rng, unchanged, positive_share=0.0
    )
    assert spans == []
    assert np.abs(stream).max() > 0.1


def test_labels_follow_the_end_of_the_phrase() -> None:
    labels = label_steps([Span(5, 1.0, 1.6)], 200, 0.04, COMMAND_WINDOW)
    times = (np.arange(200) + 1) * 0.04 + COMMAND_WINDOW.latency_s
    wanted = np.flatnonzero(labels == 5)
    assert times[wanted[0]] >= 1.6 + COMMAND_WINDOW.begin_s
    assert times[wanted[-1]] <= 1.6 + COMMAND_WINDOW.end_s
    assert labels[wanted[0] - 1] == IGNORE
    assert labels[10] == NONE and labels[-1] == NONE


def test_a_neighbours_slack_never_hides_a_label() -> None:
    labels = label_steps([Span(1, 1.0, 1.5), Span(1, 1.5, 2.0)], 266, 0.03, WAKE_WINDOW)
    assert np.diff(np.flatnonzero(labels == 1)).max() > 1
    assert (labels == 1).sum() >= 12


def test_rumble_does_not_hide_a_word() -> None:
    """As in every Spanish recording of precise_community: hum louder than the word."""
    time_s = np.arange(3 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    recording = 0.5 * np.sin(2 * np.pi * 50 * time_s) + 0.001 * np.sin(2 * np.pi * 800 * time_s)
    word = slice(SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * 8 // 5)
    recording[word] += 0.1 * np.sin(2 * np.pi * 1000 * time_s[word])
    part = loudest_part(recording.astype(np.float32), lead_s=0.0)
    assert 0.55 < len(part) / SAMPLE_RATE_HZ < 0.7


def test_half_a_command_holds_no_more_than_half_of_it_and_another_word_as_loud() -> None:
    dice = np.random.default_rng(4)
    time_s = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    command = np.sin(2 * np.pi * 400 * time_s).astype(np.float32)
    other = (0.01 * np.sin(2 * np.pi * 3000 * time_s)).astype(np.float32)
    begins = set()
    for _ in range(40):
        said = half_a_command(command, other, dice)
        middle = len(said) // 2
        shares = []
        for part in (said[:middle], said[middle:]):
            spectrum = np.abs(np.fft.rfft(part))
            bins = np.fft.rfftfreq(len(part), 1 / SAMPLE_RATE_HZ)
            shares.append(spectrum[bins < 1000].sum() / spectrum.sum())
        begins.add(shares[0] > shares[1])
        assert len(said) <= (HALF[1] + OTHER_S[1]) * SAMPLE_RATE_HZ
        assert len(said) >= HALF[0] * SAMPLE_RATE_HZ
        assert np.abs(said[:1000]).max() == pytest.approx(np.abs(said[-1000:]).max(), rel=0.05)
    assert begins == {True, False}, "some begin as the command does, some end so"

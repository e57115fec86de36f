"""The phone teacher: espeak-ng's phones with their times, and a network that names them."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("espeakng_loader", reason="the phones are espeak-ng's")
pytest.importorskip("torch", reason="the phone teacher is a network")

from allears_tools.speech.request import ClipRequest
from allears_tools.training.phone_teacher import train_phone_teacher
from allears_tools.training.phones import PAUSE, STEPS, phone_set, timed_espeak


def test_phones_follow_the_word() -> None:
    """ "seven": s, v and n in their order, inside the clip, without stress marks."""
    request = ClipRequest(
        engine="espeak", voice="", accent="en-us", language="en-us", text="seven", speed=1.0
    )
    samples, phones = timed_espeak().speak_timed(request)
    symbols = [p.symbol for p in phones if p.symbol]
    assert [s for s in symbols if s in "svn"] == ["s", "v", "n"]
    assert "ɛ" in symbols
    assert all(p.start_s <= p.end_s <= len(samples) / 16000 + 0.1 for p in phones)


def test_chunks_have_a_phone_in_every_step() -> None:
    """Shares sum to one; the pause comes first; the same seed makes the same set."""
    made, again = phone_set(3, seed=1), phone_set(3, seed=1)
    assert made.symbols[0] == PAUSE
    assert made.shares.shape == (3, STEPS, len(made.symbols))
    np.testing.assert_allclose(made.shares.astype(np.float32).sum(-1), 1, atol=0.02)
    np.testing.assert_array_equal(made.shares, again.shares)


def test_the_teacher_learns_what_the_answers_tell() -> None:
    """Answers that hold the phone in one value each are named right."""
    rng = np.random.default_rng(0)
    phones = rng.integers(0, 4, (40, 50))
    answers = rng.normal(0, 0.3, (40, 50, 512)).astype(np.float16)
    answers[..., :4] += 3 * np.eye(4, dtype=np.float16)[phones]
    shares = np.eye(4, dtype=np.float16)[phones]
    teacher, right = train_phone_teacher(answers, shares, epochs=25)
    assert right > 0.95
    assert teacher.shares(answers[:2]).shape == (2, 50, 4)

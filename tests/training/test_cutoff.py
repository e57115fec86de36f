"""How a wake model's cutoff is chosen."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from allears_tools.training import cutoff as module
from allears_tools.training.classifier import StreamSet
from allears_tools.training.network import StreamNetwork
from numpy.typing import NDArray

STEPS = 2000
NETWORK = cast(StreamNetwork, None)


def _streams(
    monkeypatch: pytest.MonkeyPatch, wake: float, elsewhere: float, just_after: float
) -> StreamSet:
    """One minute with a wake word at step 500, and peaks far from it and just after it."""
    labels = np.zeros((1, STEPS), np.int64)
    labels[0, 500:508] = 1
    single = np.zeros((1, 1, STEPS), np.float32)
    single[0, 0, 500:515] = wake
    single[0, 0, 520:535] = just_after
    single[0, 0, 1500:1515] = elsewhere
    monkeypatch.setattr(module, "step_probabilities", lambda *_: single)
    return StreamSet(np.zeros((1, 0, 40), np.int8), labels, lambda values: values)  # type: ignore


def _people(monkeypatch: pytest.MonkeyPatch, peaks: list[float]) -> list[NDArray[np.int8]]:
    told = iter(peaks)
    monkeypatch.setattr(module, "peak", lambda *_: next(told))
    return [np.zeros((0, 40), np.int8)] * len(peaks)


def test_above_what_fires_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _streams(monkeypatch, wake=0.95, elsewhere=0.61, just_after=0.0)
    chosen, figures = module.choose_cutoff(NETWORK, data, 0.5)
    assert chosen == 0.62
    assert figures["recall"] == 1.0 and figures["false_per_hour"] == 0.0


def test_what_follows_a_wake_word_is_no_false_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _streams(monkeypatch, wake=0.95, elsewhere=0.41, just_after=0.9)
    assert module.choose_cutoff(NETWORK, data, 0.5)[0] == 0.42


def test_people_are_found_even_where_something_fires(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _streams(monkeypatch, wake=0.95, elsewhere=0.93, just_after=0.0)
    people = _people(monkeypatch, [0.2, *[0.81] * 19])
    assert module.choose_cutoff(NETWORK, data, 0.5, people)[0] == 0.8


def test_a_few_recordings_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _streams(monkeypatch, wake=0.95, elsewhere=0.61, just_after=0.0)
    people = _people(monkeypatch, [0.4] * (module.LEAST_PEOPLE - 1))
    assert module.choose_cutoff(NETWORK, data, 0.5, people)[0] == 0.62

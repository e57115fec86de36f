"""Numbers after a setting command: the rule of docs/decisions/0006, case by case."""

from __future__ import annotations

import pytest
from allears.events import Command
from allears.numbers import GAP_STEPS, NumberSlot
from hypothesis import given
from hypothesis import strategies as st

STEP_S = 0.04


def said(words, digits=None, close=True):
    """Play (step, id or language:id) pairs; return (step, id, number) of the reports."""
    slot, reports = NumberSlot(digits), []
    at = dict(words)
    last = max(at) + (GAP_STEPS if close else 0)
    for step in range(last + 1):
        time_s = step * STEP_S
        if step in at:
            language, _, id = at[step].rpartition(":")
            command = Command(time_s, 0.9, language or "en", id)
            if not slot.passes_over(id, command.language):
                reports += slot.take(command)
                continue
        reports += slot.step(time_s)
    return [(round(found.time_s / STEP_S), found.id, found.number) for found in reports]


@pytest.mark.parametrize(
    ("words", "reports"),
    [
        # A command alone is reported at once, and nothing follows.
        ([(5, "warmer")], [(5, "warmer", None)]),
        ([(5, "stop"), (9, "digit_2")], [(5, "stop", None), (9, "digit_2", None)]),
        # The number comes when no further digit came in time ...
        (
            [(5, "warmer"), (20, "digit_2"), (30, "digit_4")],
            [(5, "warmer", None), (30 + GAP_STEPS, "warmer", 24)],
        ),
        # ... or with the most digits, at once.
        (
            [(5, "louder"), (20, "digit_0"), (30, "digit_4"), (40, "digit_1")],
            [(5, "louder", None), (30, "louder", 4), (40, "digit_1", None)],
        ),
        # A digit at the last moment, and one too late.
        (
            [(0, "warmer"), (GAP_STEPS - 1, "digit_7")],
            [(0, "warmer", None), (2 * GAP_STEPS - 1, "warmer", 7)],
        ),
        (
            [(0, "warmer"), (GAP_STEPS + 1, "digit_7")],
            [(0, "warmer", None), (GAP_STEPS + 1, "digit_7", None)],
        ),
        # Another command ends it, and may start the next.
        (
            [(0, "warmer"), (9, "digit_7"), (20, "stop")],
            [(0, "warmer", None), (20, "warmer", 7), (20, "stop", None)],
        ),
        (
            [(0, "warmer"), (9, "cooler"), (20, "digit_1")],
            [(0, "warmer", None), (9, "cooler", None), (20 + GAP_STEPS, "cooler", 1)],
        ),
        # Another language's digits are passed over in a number, its commands are not.
        (
            [(0, "en:louder"), (9, "sr:digit_7"), (12, "en:digit_1"), (20, "sr:stop")],
            [(0, "louder", None), (20, "louder", 1), (20, "stop", None)],
        ),
    ],
)
def test_rule(words, reports):
    assert said(words) == reports


def test_too_few_digits_are_no_number():
    digits = {"warmer": (2, 2)}
    assert said([(0, "warmer"), (9, "digit_1")], digits) == [(0, "warmer", None)]
    assert said([(0, "warmer"), (9, "digit_1"), (20, "digit_8")], digits) == [
        (0, "warmer", None),
        (20, "warmer", 18),
    ]


def test_the_end_of_a_stream_closes_and_a_reset_forgets():
    slot = NumberSlot()
    for id in ("warmer", "digit_1"):
        slot.take(Command(1.0, 0.5 if id == "digit_1" else 0.9, "en", id))
    assert slot.close(2.0) == [Command(2.0, 0.5, "en", "warmer", 1)]
    assert not slot.is_open and slot.close(2.0) == []
    slot.take(Command(1.0, 0.9, "en", "warmer"))
    slot.take(Command(1.0, 0.9, "en", "digit_1"))
    slot.forget()
    assert slot.close(2.0) == [] and slot.step(3.0) == []


@given(
    st.lists(
        st.tuples(
            st.integers(1, 60), st.sampled_from("stop warmer louder digit_1 digit_0".split())
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_command_is_reported_once_and_no_digit_twice(gaps):
    step, words = 0, []
    for gap, id in gaps:
        step += gap
        words.append((step, id))
    reports = said(words)
    commands = [id for _, id in words if not id.startswith("digit")]
    assert [id for _, id, number in reports if number is None and "digit" not in id] == commands
    alone = sum(id.startswith("digit") for _, id, _ in reports)
    inside = sum(len(str(number)) for _, _, number in reports if number is not None)
    assert alone + inside <= sum(id.startswith("digit") for _, id in words)
    assert [at for at, *_ in reports] == sorted(at for at, *_ in reports)

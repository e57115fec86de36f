"""From embeddings to commands: the heads that listen, the language they choose, and numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from allears.commands import STEP_MS, CommandHead
from allears.contract import CONTEST_MS, SURE_PERCENT, UNSURE_MS
from allears.events import Command
from allears.margin import Margin
from allears.numbers import NumberSlot

CONTEST_STEPS = CONTEST_MS // STEP_MS
UNSURE_STEPS = UNSURE_MS // STEP_MS


class CommandDecider:
    """Lets the heads of one or several languages judge each embedding of one stream.

    With several heads the first answer opens a contest of ``CONTEST_STEPS`` steps, and the one
    with the best margin wins (docs/decisions/0005). A single head's answer is a command at once
    where it is sure, and else competes with what the head says in the ``UNSURE_STEPS`` steps
    after it, until one is sure (0019). So it is with several within a number, whose language is
    known.

    Args:
        digits: as of ``NumberSlot``.
    """

    def __init__(self, digits: Mapping[str, tuple[int, int]]) -> None:
        self.number = NumberSlot(digits)
        self.answered = False
        """Whether the last step ended with a head's answer, be it a digit that is not reported."""
        self.stop()

    def start(self, heads: list[CommandHead], undecided_steps: int) -> None:
        """Begin with fresh ``heads``, whose first ``undecided_steps`` steps give no answer."""
        self.stop()
        self._heads += heads
        for head in heads:
            head.reset(undecided_steps)

    def stop(self) -> None:
        """Listen no more, and forget what was said."""
        self._heads: list[CommandHead] = []
        self._best: tuple[Margin, str, CommandHead] | None = None
        self._contest_steps_left = 0
        self.number.forget()

    @property
    def listening(self) -> bool:
        """Whether there are heads to step."""
        return bool(self._heads)

    @property
    def contested(self) -> bool:
        """Whether an answer came that others may still beat."""
        return self._best is not None

    @property
    def _language_is_known(self) -> bool:
        return len(self._heads) == 1 or self.number.is_open

    def step(self, embedding: NDArray[np.int8], time_s: float) -> list[Command]:
        """Advance by one embedding (``[1, 128]``) and return the commands it completes."""
        self._compete(embedding)
        if self._best is not None and self._language_is_known and _is_sure(self._best[0]):
            self._contest_steps_left = 0
        self.answered = self._best is not None and not self._contest_steps_left
        if self._best is None:
            return self.number.step(time_s)
        if self._contest_steps_left:
            self._contest_steps_left -= 1
            return []
        (margin, id, winner), self._best = self._best, None
        reports = self.number.take(Command(time_s, margin.score, winner.language, id))
        for head in self._heads:
            head.hold_off()
        if self.number.is_open:
            winner.hold_off_within_number(id)
        return reports

    def _compete(self, embedding: NDArray[np.int8]) -> None:
        for head in self._heads:
            found = head.step(embedding)
            if found is None or self.number.passes_over(found.id, head.language):
                continue
            if self._best is None:
                known = self._language_is_known
                self._contest_steps_left = UNSURE_STEPS if known else CONTEST_STEPS
            elif not found.margin.beats(self._best[0]):
                continue
            self._best = found.margin, found.id, head


def _is_sure(margin: Margin) -> bool:
    return 100 * margin.total >= SURE_PERCENT * margin.full_scale

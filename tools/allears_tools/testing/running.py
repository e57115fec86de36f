"""Plays one trial after the other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from allears.errors import AllEarsError

from allears_tools.evaluate.errors import LabelsError
from allears_tools.testing.outcome import Outcome
from allears_tools.testing.reference import Reference
from allears_tools.testing.targets import LOST, Facts, Target
from allears_tools.testing.trials import Trial


class Broken(Exception):
    """The device was lost; `outcomes` came before. Its cause is what is to be shown."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__("the device was lost")
        self.outcomes = outcomes


async def run_trials(
    target: Target,
    trials: list[Trial],
    reference: Reference,
    begin: Callable[[Facts], None],
    tell: Callable[[Outcome], None],
) -> list[Outcome]:
    """Play every trial to the target, and to the reference kernels here.

    Args:
        begin: called once the target is open.
        tell: called after each trial.

    Raises:
        AllEarsError: the target cannot be opened.
        Broken: it was lost in the middle.
    """
    outcomes: list[Outcome] = []
    try:
        begin(await target.open())
        for trial in trials:
            try:
                scene = trial.scene()
            except (AllEarsError, OSError) as fault:
                raise LabelsError(
                    f"{trial.clip.audio} cannot be played: {fault}",
                    "the file is empty, cut off or not audio",
                    "Repair the file or take its line out of the labels.",
                ) from fault
            try:
                playback = await target.hear(scene.samples)
            except LOST as fault:
                raise Broken(outcomes) from fault
            outcome = Outcome(trial, scene, playback, reference.hear(scene.samples))
            outcomes.append(outcome)
            tell(outcome)
    finally:
        with suppress(*LOST):
            await target.close()
    return outcomes

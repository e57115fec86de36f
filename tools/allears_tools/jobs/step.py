"""Steps addressed by content: a step is run when what decides its result has changed.

A step with `inputs` leaves a stamp: the hash of its inputs and of the files it made. A step
without them keeps its own books (the cache of clips knows what is missing); it runs when a step
that needs it does.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from allears.errors import AllEarsError

Facts = dict[str, Any]
Stamp = dict[str, Any]


class StepError(AllEarsError):
    """The steps asked for cannot be run."""


@dataclass(frozen=True)
class Step:
    """One thing to be done."""

    name: str
    work: Callable[[], Facts]
    """Does it, and returns what a summary should tell."""
    inputs: Callable[[], Any] | None = None
    """What decides the result, as plain data; asked again after the steps before it."""
    outputs: tuple[Path, ...] = ()
    needs: tuple[str, ...] = ()
    """Steps without `inputs` that must have run before this one does."""


@dataclass(frozen=True)
class Outcome:
    """What became of a step: `done`, `up to date` or `not needed`."""

    step: str
    status: str
    seconds: float = 0.0
    facts: Facts = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        plain = {"step": self.step, "status": self.status, "seconds": round(self.seconds, 1)}
        return {**plain, **self.facts}


class Stamps(Protocol):
    """Where the stamps of finished steps are kept."""

    def get(self, step: str) -> Stamp | None:
        """The stamp that a step left, if any."""

    def put(self, step: str, stamp: Stamp) -> None:
        """Keep a step's stamp."""


def digest_of(facts: Any) -> str:
    """SHA-256 (hex) over plain data."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def stamp_of(step: Step) -> Stamp:
    """The stamp that a step would leave now."""
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in step.outputs
        if path.is_file()
    }
    return {"inputs": digest_of(step.inputs() if step.inputs else None), "outputs": files}


def run_steps(
    steps: Sequence[Step],
    stamps: Stamps,
    *,
    only: Collection[str] = (),
    again: bool = False,
    report: Callable[[str, str], None] = lambda step, status: None,
) -> list[Outcome]:
    """Run the steps that are out of date, in their order, and what they need.

    Args:
        steps: in an order in which each may use what those before it made.
        stamps: read and written.
        only: names; the others are left as they are, even where one of these needs them.
        again: run even what is up to date.
        report: told a step's name and what becomes of it.

    Raises:
        StepError: `only` names none of the steps.
    """
    names = [step.name for step in steps]
    for unknown in set(only) - set(names):
        raise StepError(
            f"There is no step '{unknown}'.", "a misspelling", f"Use one of: {', '.join(names)}."
        )
    by_name = {step.name: step for step in steps}
    outcomes: dict[str, Outcome] = {}

    def do(step: Step) -> None:
        if not only:
            for name in step.needs:
                if name not in outcomes:
                    do(by_name[name])
        report(step.name, "running")
        started = time.monotonic()
        facts = step.work()
        outcomes[step.name] = Outcome(step.name, "done", time.monotonic() - started, facts)
        report(step.name, "done")
        if step.inputs is not None:
            stamps.put(step.name, stamp_of(step))

    for step in steps:
        if (only and step.name not in only) or step.name in outcomes:
            continue
        if step.inputs is None and not only:
            continue
        if step.inputs is not None and not again and stamps.get(step.name) == stamp_of(step):
            outcomes[step.name] = Outcome(step.name, "up to date")
            report(step.name, "up to date")
        else:
            do(step)
    return [outcomes.get(name, Outcome(name, "not needed")) for name in names]

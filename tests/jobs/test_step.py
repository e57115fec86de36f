"""Steps: skipped while their inputs stay, run again when they change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from allears_tools.jobs.step import Stamp, Step, StepError, run_steps


class Stamps(dict[str, Stamp]):
    """Stamps in memory."""

    def put(self, step: str, stamp: Stamp) -> None:
        self[step] = stamp


class Kitchen:
    """Two steps with stamps and the one that the first needs; counts what is done."""

    def __init__(self, folder: Path) -> None:
        self.seed: Any = "salt"
        self.done: list[str] = []
        self.soup, self.plate = folder / "soup", folder / "plate"
        self.stamps = Stamps()

    def _do(self, name: str, path: Path | None = None) -> dict[str, Any]:
        self.done.append(name)
        if path:
            path.write_text(f"{name} of {self.seed}")
        return {"tool": "spoon"}

    def steps(self) -> list[Step]:
        return [
            Step("shop", lambda: self._do("shop")),
            Step(
                "cook",
                lambda: self._do("cook", self.soup),
                lambda: self.seed,
                (self.soup,),
                ("shop",),
            ),
            Step(
                "serve",
                lambda: self._do("serve", self.plate),
                lambda: self.soup.read_text() if self.soup.is_file() else None,
                (self.plate,),
            ),
        ]

    def run(self, **how: Any) -> list[str]:
        self.done = []
        self.outcomes = run_steps(self.steps(), self.stamps, **how)
        return self.done


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path)


def test_a_second_run_does_nothing(kitchen: Kitchen) -> None:
    assert kitchen.run() == ["shop", "cook", "serve"]
    assert kitchen.run() == []
    assert [o.status for o in kitchen.outcomes] == ["not needed", "up to date", "up to date"]


def test_a_changed_input_runs_what_hangs_on_it(kitchen: Kitchen) -> None:
    kitchen.run()
    kitchen.seed = "pepper"
    assert kitchen.run() == ["shop", "cook", "serve"]


def test_a_lost_or_altered_file_is_made_again(kitchen: Kitchen) -> None:
    kitchen.run()
    kitchen.plate.unlink()
    assert kitchen.run() == ["serve"]
    kitchen.soup.write_text("eaten")
    assert kitchen.run() == ["shop", "cook"]


def test_an_interrupted_run_goes_on_where_it_stopped(kitchen: Kitchen) -> None:
    def interrupted() -> dict[str, Any]:
        raise KeyboardInterrupt

    steps = kitchen.steps()
    steps[2] = Step("serve", interrupted, lambda: 1, (kitchen.plate,))
    with pytest.raises(KeyboardInterrupt):
        run_steps(steps, kitchen.stamps)
    assert kitchen.run() == ["serve"]


def test_only_and_again(kitchen: Kitchen) -> None:
    assert kitchen.run(only=["cook"]) == ["cook"], "what it needs is left alone"
    assert kitchen.run(only=["cook"]) == []
    assert kitchen.run(only=["cook"], again=True) == ["cook"]
    assert kitchen.run(only=["shop"]) == ["shop"]


def test_an_unknown_step_is_told(kitchen: Kitchen) -> None:
    with pytest.raises(StepError, match="Use one of: shop, cook, serve"):
        kitchen.run(only=["wash"])


def test_outcomes_are_plain(kitchen: Kitchen) -> None:
    kitchen.run()
    told = kitchen.outcomes[1].to_dict()
    assert told["step"] == "cook" and told["status"] == "done" and told["tool"] == "spoon"

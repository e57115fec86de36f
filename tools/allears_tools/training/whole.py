"""`allears train --language xx`: languages from seeds to cards, one after the other or on a
cluster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import joblib
from allears.errors import AllEarsError
from rich.console import Console
from rich.table import Table

from allears_tools.jobs import run_steps
from allears_tools.jobs.step import Facts
from allears_tools.seeds import language_codes, load_language
from allears_tools.training.language import STEPS, CardStamps, Wish, language_steps
from allears_tools.training.material import TrainingError


@dataclass(frozen=True)
class Ended:
    """What a run of `allears train` leaves: a summary as plain data, and whether it failed."""

    summary: Any
    failed: bool = False


Summary = dict[str, Any]
"""`language`, `steps` (each with `step`, `status`, `seconds`), and `error` where it failed."""


def lines_to(console: Console, start: str = "") -> Callable[[Facts], None]:
    """A reporter that prints facts as a line, `start` before it."""

    def report(line: Facts) -> None:
        parts = (f"{k} {v:.4f}" if isinstance(v, float) else f"{k} {v}" for k, v in line.items())
        console.print(f"{start}  " + "  ".join(parts), highlight=False, markup=False)

    return report


def languages_wanted(named: Sequence[str], every: bool) -> list[str]:
    """The languages that a command line asks for.

    Raises:
        TrainingError: it asks for none.
        SeedError: one has no seed file.
    """
    known = language_codes()
    if every:
        return known
    if not named:
        raise TrainingError(
            "No language is named.",
            "neither --language nor --all was given",
            f"Name one with --language: {', '.join(known)}.",
        )
    for language in named:
        load_language(language)
    return list(dict.fromkeys(named))


def train_language(
    language: str,
    wish: Wish,
    only: Collection[str] = (),
    again: bool = False,
    console: Console | None = None,
) -> Summary:
    """Bring one language up to date; a failure is told in the summary, not raised."""
    shown = console or Console(stderr=True, quiet=True)

    report = lines_to(shown, language)

    def tell(step: str, status: str) -> None:
        shown.print(f"[bold]{language}[/] {step}: {status}", highlight=False)

    try:
        stamps = CardStamps(wish.models / language / "card.yaml")
        steps = language_steps(language, wish, report, shown)
        outcomes = run_steps(steps, stamps, only=only, again=again, report=tell)
    except AllEarsError as error:
        return {"language": language, "steps": [], "error": str(error)}
    return {"language": language, "steps": [outcome.to_dict() for outcome in outcomes]}


def train_languages(
    languages: Sequence[str],
    wish: Wish,
    *,
    only: Collection[str] = (),
    again: bool = False,
    spread: bool = False,
    console: Console,
) -> Ended:
    """Bring languages up to date and show what became of them.

    Args:
        languages: codes of seeds/languages.
        wish: sizes, places and jobs.
        only: names of steps; empty for all.
        again: run even what is up to date.
        spread: one language a job of joblib's backend (a cluster's workers), each with one job of
            its own; otherwise one language after the other, each with all jobs.
        console: shows progress; nothing is shown of languages that are spread.

    Raises:
        TrainingError: `only` names no step.
    """
    for name in only:
        if name not in STEPS:
            steps = ", ".join(STEPS)
            raise TrainingError(f"There is no step '{name}'.", "a misspelling", f"One of: {steps}.")
    if spread:
        work = joblib.Parallel(n_jobs=wish.jobs)(
            joblib.delayed(train_language)(name, wish.alone(), only, again) for name in languages
        )
        summaries = list(work)
    else:
        summaries = [train_language(name, wish, only, again, console) for name in languages]
    console.print(summary_table(summaries))
    return Ended(summaries, any("error" in summary for summary in summaries))


def summary_table(summaries: Sequence[Summary]) -> Table:
    """What became of every language, for a terminal."""
    table = Table("language", "done", "up to date", "seconds", "remark")
    for summary in summaries:
        steps = summary["steps"]

        def named(status: str, steps: list[dict[str, Any]] = steps) -> str:
            return ", ".join(s["step"] for s in steps if s["status"] == status)

        remarks = [s["passed_over"] for s in steps if "passed_over" in s]
        remarks += [s["status_of_language"] for s in steps if "status_of_language" in s]
        table.add_row(
            summary["language"],
            named("done"),
            named("up to date"),
            f"{sum(s['seconds'] for s in steps):.0f}",
            summary.get("error") or "; ".join(remarks),
        )
    return table

"""Many devices at once, each with a line of progress."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from allears.errors import AllEarsError
from allears.packs.contents import Pack
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from allears_tools.flash.flashing import Flashing, Report


def flash_all(
    ports: list[str], pack_for: Callable[[str], Pack], console: Console, *, dry_run: bool
) -> list[Report]:
    """Flash every port side by side, and return what became of each, in their order.

    Raises:
        AllEarsError: the pack cannot be built.
    """
    with Progress(
        TextColumn("{task.fields[port]}"),
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as progress:
        tasks = [progress.add_task("waiting", port=port, total=None) for port in ports]
        # A thread a port: a serial write that stalls holds nobody else up.
        with ThreadPoolExecutor(max_workers=len(ports)) as pool:
            return list(
                pool.map(
                    lambda port, task: _flash(port, task, pack_for, progress, dry_run), ports, tasks
                )
            )


def _flash(
    port: str,
    task: TaskID,
    pack_for: Callable[[str], Pack],
    progress: Progress,
    dry_run: bool,
) -> Report:
    def tell(stage: str, done: int, total: int) -> None:
        if total:
            progress.update(task, description=stage, completed=done, total=total)
        else:
            progress.update(task, description=stage)

    def look(report: Report) -> None:
        progress.console.print(
            f"{port} ({report.board}) holds {report.before}; it is to hold {report.wanted}",
            highlight=False,
            soft_wrap=True,
        )

    flashing = Flashing(port, pack_for, tell, look, dry_run)
    try:
        report = asyncio.run(flashing.run())
    except AllEarsError:
        progress.update(task, description="[red]failed")
        raise
    good = report.result != "failed"
    progress.update(task, description=f"[green]{report.result}" if good else "[red]failed")
    return report

"""`allears flash` and `allears ports`."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from allears_tools.flash.errors import FlashError
from allears_tools.flash.flashing import Report
from allears_tools.flash.many import flash_all
from allears_tools.flash.packs import PackSource
from allears_tools.flash.ports import candidates
from allears_tools.flash.transports import is_port
from allears_tools.listen.quiet import native_stderr_hidden


def flash(
    what: Annotated[str, typer.Argument(help="Country code, or a .pack file.")],
    port: Annotated[
        list[str] | None,
        typer.Option(help="/dev/tty…, a PTY, or tcp:HOST:PORT; may be repeated."),
    ] = None,
    all_ports: Annotated[
        bool, typer.Option("--all", help="Every port that `allears ports` lists.")
    ] = False,
    key: Annotated[Path | None, typer.Option(help="Private key that signs the pack.")] = None,
    version: Annotated[str, typer.Option(help="Version of the pack.")] = "1.0.0",
    security_counter: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help="Devices never go back to a lower one.")
    ] = 1,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Put a market onto devices: look, send, test, confirm.

    What a device holds already is not sent again, and a broken cable is gone on from where it
    broke. Exits 1 if a device could not be flashed; it then runs what it ran before.
    """
    console = Console(stderr=as_json)
    # The client library logs each fault; they are told here, once.
    logging.getLogger("smpclient").addHandler(logging.NullHandler())
    ports = [*(port or []), *([known.port for known in candidates()] if all_ports else [])]
    _check(ports)
    source = PackSource(what, key, version, security_counter)
    with native_stderr_hidden():
        reports = flash_all(list(dict.fromkeys(ports)), source.pack_for, console, dry_run=dry_run)
    if as_json:
        print(json.dumps([report.to_dict() for report in reports], ensure_ascii=False))
    for report in reports:
        _show(report, console)
    if any(report.result == "failed" for report in reports):
        raise typer.Exit(1)


def _check(ports: list[str]) -> None:
    if not ports:
        raise FlashError(
            "No port to flash.",
            "none given, or no device there",
            "Give --port, or --all; allears ports lists what there is.",
        )
    for port in ports:
        if not is_port(port):
            raise FlashError(f"{port!r} is no port.", "", "Write a path, or tcp:HOST:PORT.")


def _show(report: Report, console: Console) -> None:
    before = str(report.before) if report.before else "?"
    line = f"{report.port}: {before} → {report.wanted or '?'}"
    if report.result == "failed":
        console.print(f"{line} [red]failed[/]", highlight=False, soft_wrap=True)
        console.print(f"  {escape(report.error)}", highlight=False, soft_wrap=True)
        return
    if report.result == "flashed":
        line += (
            f"; {report.sent_bytes:,} bytes sent, {report.copied_bytes:,} copied "
            f"on the device, {report.seconds} s"
        )
    if report.broken_lines:
        line += f", line lost {report.broken_lines} times"
    console.print(f"{line} [green]{report.result}[/]", highlight=False, soft_wrap=True)


def ports(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """List where a device may answer: emulated devices that run here, serial adapters."""
    found = candidates()
    if as_json:
        print(json.dumps([asdict(port) for port in found], ensure_ascii=False))
        return
    console = Console()
    if not found:
        console.print("No ports. Start a device: allears device --link pty --trust key.pub.pem")
        return
    table = Table("port", "kind", "")
    for port in found:
        table.add_row(port.port, port.kind, port.about)
    console.print(table)

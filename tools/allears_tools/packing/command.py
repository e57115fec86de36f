"""`allears pack` and `allears keygen`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from allears import Profile
from allears.packs.trust import TrustedKey
from rich.console import Console

from allears_tools.listen.quiet import native_stderr_hidden
from allears_tools.packing.build import build_pack
from allears_tools.packing.errors import PackingError
from allears_tools.packing.keys import read_key, write_key
from allears_tools.packing.show import describe, load_pack, print_pack


def pack(
    market: Annotated[
        str | None, typer.Argument(help="Country code of a device profile, or its path.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="Private key that signs; with --show, checks the signature.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The pack's file.")] = None,
    board: Annotated[
        str | None, typer.Option(help="Board it is made for (the profile's if left out).")
    ] = None,
    version: Annotated[str, typer.Option(help="major.minor.revision[+build]")] = "1.0.0",
    security_counter: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help="Devices never go back to a lower one.")
    ] = 1,
    show: Annotated[
        Path | None, typer.Option(help="Tell what a pack holds, without a device.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Build a market's signed pack, or show what one holds.

    The same profile, models and key give the same bytes.
    """
    console = Console(stderr=as_json)
    if show:
        found = load_pack(show, TrustedKey.load(key) if key else None)
    else:
        if not (market and key):
            raise PackingError(
                "A market and a key are needed.",
                "",
                "allears pack rs --key key.pem -o rs.pack    or: allears pack --show rs.pack",
            )
        profile = Profile.load(market)
        with native_stderr_hidden():
            content = build_pack(
                profile,
                read_key(key),
                board=board or profile.board,
                version=version,
                security_counter=security_counter,
            )
        path = output or Path(f"{profile.country}.pack")
        try:
            path.write_bytes(content)
        except OSError as fault:
            raise PackingError(
                f"Cannot write {path}: {fault.strerror}.", "", "Give another path with -o."
            ) from fault
        console.print(f"{path}:", highlight=False)
        found = load_pack(path)
    if as_json:
        print(json.dumps(describe(found), ensure_ascii=False))
    else:
        print_pack(found, console)


def keygen(
    output: Annotated[Path, typer.Option("-o", "--output", help="The private key's file.")] = Path(
        "key.pem"
    ),
) -> None:
    """Make an ed25519 key that signs packs, and its public half for the devices."""
    public = write_key(output)
    console = Console()
    console.print(f"{output}: private key; keep it safe and secret", highlight=False)
    console.print(f"{public}: public key; devices trust it", highlight=False)

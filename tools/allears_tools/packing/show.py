"""Reads a pack without a device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allears.errors import PackError
from allears.link_contract import (
    NO_LIMIT,
    SECTION_COMMAND_RULE,
    SECTION_GOLDEN,
    SECTION_MANIFEST,
    SECTION_NAMES,
    SECTION_WAKE_RULE,
)
from allears.packs.contents import CONTRACT, Pack, read_pack
from allears.packs.golden import Golden
from allears.packs.rules import CommandRule, WakeRule
from allears.packs.trust import TrustedKey
from rich.console import Console
from rich.table import Table

from allears_tools.packing.errors import PackingError


def load_pack(path: Path, key: TrustedKey | None = None) -> Pack:
    """Read a pack from a file and check it; its signature too, if a key is given.

    Raises:
        AllEarsError: the file cannot be read, or is no sound pack.
    """
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise PackingError(
            f"Cannot read {path}: {fault.strerror}.", "a misspelt path", "allears pack rs -o FILE"
        ) from fault
    try:
        pack = read_pack(content)
        pack.check(key)
    except PackError as fault:
        raise PackingError(
            f"{path}: {fault.what}",
            fault.cause or "the file is damaged, incomplete or something else",
            "Build it again with `allears pack`.",
        ) from fault
    return pack


def describe(pack: Pack) -> dict[str, Any]:
    """Return what a pack says of itself, as plain JSON types."""
    manifest = pack.find_map(SECTION_MANIFEST)
    return {
        "market": pack.head.market,
        "name": manifest.get("name", ""),
        "version": pack.image.header.version_text,
        "security_counter": pack.head.security_counter,
        "board": pack.head.board,
        "contract": pack.head.contract.hex(),
        "contract_matches": pack.head.contract == CONTRACT,
        "hash": pack.image_hash.hex(),
        "signed": pack.image.signature is not None,
        "key_hash": (pack.image.key_hash or b"").hex(),
        "bytes": len(pack.content),
        "languages": [_describe_language(pack, language) for language in pack.languages],
        "sections": [
            {
                "kind": SECTION_NAMES.get(section.kind, str(section.kind)),
                "language": section.language,
                "offset": section.offset,
                "bytes": section.size_bytes,
                "sha256": section.sha256.hex(),
            }
            for section in pack.sections
        ],
    }


def _describe_language(pack: Pack, language: str) -> dict[str, Any]:
    wake = WakeRule.decode(pack.find(SECTION_WAKE_RULE, language))
    rule = CommandRule.decode(pack.find(SECTION_COMMAND_RULE, language))
    golden = Golden.decode(pack.find(SECTION_GOLDEN, language))
    return {
        "language": language,
        "wake_word": wake.wake_word,
        "verified": wake.verifier_window_steps > 0,
        "commands": [known.id for known in rule.classes if known.limit != NO_LIMIT],
        "golden": [event.id or wake.wake_word for event in golden.events],
    }


def print_pack(pack: Pack, console: Console) -> None:
    """Print what a pack says of itself, for people."""
    known = describe(pack)
    signed = f"key {known['key_hash'][:16]}…" if known["signed"] else "[red]not signed[/]"
    console.print(
        f"[bold]{known['name']}[/] ({known['market']}), version {known['version']}, "
        f"security counter {known['security_counter']}, for {known['board']}, "
        f"{known['bytes']:,} bytes, {signed}",
        highlight=False,
        soft_wrap=True,
    )
    if not known["contract_matches"]:
        console.print("[yellow]made for another contract than this release's[/]")
    for language in known["languages"]:
        verified = " with a verifier" if language["verified"] else ""
        console.print(
            f"  {language['language']}: wake word “{language['wake_word']}”{verified}, "
            f"{len(language['commands'])} commands, golden clip: {' → '.join(language['golden'])}",
            highlight=False,
            soft_wrap=True,
        )
    table = Table("section", "language", "offset", "bytes", "SHA-256")
    for section in known["sections"]:
        table.add_row(
            section["kind"],
            section["language"],
            str(section["offset"]),
            f"{section['bytes']:,}",
            section["sha256"][:16],
        )
    console.print(table)

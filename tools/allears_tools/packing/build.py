"""From a profile to a signed image: the same inputs give the same bytes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tempfile
from pathlib import Path

from allears import Profile
from allears.contract import CONTRACT_SHA256
from allears.link_contract import (
    BOARD_CHARS,
    HEAD_BYTES,
    IMAGE_HEADER_BYTES,
    PACK_FORMAT,
    PACK_MAGIC,
    SECTION_ALIGN_BYTES,
    SECTION_ENTRY_BYTES,
    SECTOR_BYTES,
    SLOT_BYTES,
)
from allears.locate import models_dir
from allears.packs.contents import ENTRY, HEAD
from allears.profile import load_board
from imgtool.image import Image
from imgtool.keys.ed25519 import Ed25519
from imgtool.version import decode_version

from allears_tools.packing.errors import PackingError
from allears_tools.packing.forms import form_for
from allears_tools.packing.memory import check_memory
from allears_tools.packing.sections import SectionContent, build_sections

MAX_PACK_BYTES = SLOT_BYTES - SECTOR_BYTES
"""The last sector of a slot is the upload record."""


def build_pack(
    profile: Profile,
    key: Ed25519,
    *,
    board: str = "linux",
    version: str = "1.0.0",
    security_counter: int = 1,
    models: Path | None = None,
) -> bytes:
    """Return the signed image of `profile` for `board`.

    Args:
        version: "major.minor.revision", with "+build" if wanted.
        security_counter: devices refuse a lower one than they have confirmed.
        models: folder of the models, instead of the installed ones.

    Raises:
        AllEarsError: profile, models or board do not fit, or the pack is too large for the slot,
            or its listener for the memory.
    """
    about = load_board(board)
    form, linux = form_for(about)
    try:
        decode_version(version)
    except ValueError as fault:
        raise PackingError(
            f"{version!r} is no version.", "", "Write it as 1.2.3 or 1.2.3+4."
        ) from fault
    sections = build_sections(profile, board, version, models or models_dir(), form, linux=linux)
    if about.listener_bytes is not None:
        check_memory(sections, board, about.listener_bytes)
    payload = lay_out(sections, board, profile.country, security_counter)
    image = sign(payload, key, version, security_counter)
    if len(image) > MAX_PACK_BYTES:
        raise PackingError(
            f"The pack takes {len(image):,} bytes, a slot {MAX_PACK_BYTES:,}.",
            "too many languages in one profile",
            "Take a language out.",
        )
    return image


def lay_out(
    sections: list[SectionContent], board: str, market: str, security_counter: int
) -> bytes:
    """Return the payload: the pack's header, the table of contents, the sections."""
    at = HEAD_BYTES + len(sections) * SECTION_ENTRY_BYTES
    entries, body = [], bytearray()
    for kind, language, content in sections:
        padding = -at % SECTION_ALIGN_BYTES
        body += bytes(padding) + content
        at += padding
        digest = hashlib.sha256(content).digest()
        entries.append(ENTRY.pack(kind, language.encode(), at, len(content), digest))
        at += len(content)
    if len(board) > BOARD_CHARS:
        raise PackingError(f"The board name {board!r} is longer than {BOARD_CHARS} letters.")
    head = HEAD.pack(
        PACK_MAGIC,
        PACK_FORMAT,
        len(sections),
        at,
        security_counter,
        board.encode(),
        market.encode(),
        bytes.fromhex(CONTRACT_SHA256),
    )
    return head + b"".join(entries) + bytes(body)


def sign(payload: bytes, key: Ed25519 | None, version: str, security_counter: int) -> bytes:
    """Return `payload` as an MCUboot image by imgtool; without a key, unsigned (for tests)."""
    image = Image(
        version=decode_version(version),
        header_size=IMAGE_HEADER_BYTES,
        pad_header=True,
        security_counter=security_counter,
        non_bootable=True,
    )
    # imgtool reads files only, and prints what it does.
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder, "payload.bin")
        path.write_bytes(payload)
        image.load(str(path))
        image.create(key, "hash", None)
    return bytes(image.payload)

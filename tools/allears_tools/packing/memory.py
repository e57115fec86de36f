"""What memory a board needs for the listener of a pack: as listener.c lays it out."""

from __future__ import annotations

import struct

from allears.compiling.layout import ALIGN_BYTES, HEADER, HEADER_WORDS
from allears.link_contract import (
    SECTION_COMMAND_RULE,
    SECTION_COMMANDS,
    SECTION_EAR,
    SECTION_VERIFIER,
    SECTION_WAKE,
)
from allears.packs.rules import CommandRule

from allears_tools.packing.errors import PackingError
from allears_tools.packing.sections import SectionContent

LISTENER_STRUCT_BYTES = 10448
"""`sizeof(struct allears_listener)` on a 32-bit core; a test compiles and compares."""

RECENT_BYTES = 9600
"""Features kept for the ear; the same test."""

_MEMORY_ALIGN_BYTES = 8

_HEAD = struct.Struct(f"<{HEADER_WORDS}I")
_STATE, _SCRATCH = HEADER.index("state_bytes"), HEADER.index("scratch_bytes")


def listener_bytes(sections: list[SectionContent]) -> int:
    """Return what `allears_sizes()` asks for on a 32-bit core, in bytes.

    Args:
        sections: of a pack for a microcontroller, with layer programs.
    """
    scratch = windows = 0
    states: dict[tuple[int, str], int] = {}
    for kind, language, content in sections:
        if kind in (SECTION_EAR, SECTION_WAKE, SECTION_VERIFIER, SECTION_COMMANDS):
            words = _HEAD.unpack_from(content)
            # A language's verifier and head share their room.
            room = SECTION_COMMANDS if kind == SECTION_VERIFIER else kind, language
            states[room] = max(states.get(room, 0), _aligned(words[_STATE]))
            scratch = max(scratch, words[_SCRATCH])
        elif kind == SECTION_COMMAND_RULE:
            rule = CommandRule.decode(content)
            windows += rule.smoothing_frames * len(rule.classes)
    fixed = _aligned(LISTENER_STRUCT_BYTES) + _aligned(RECENT_BYTES)
    end = _aligned(fixed + _aligned(scratch) + sum(states.values()) + windows)
    return end + ALIGN_BYTES - _MEMORY_ALIGN_BYTES


def check_memory(sections: list[SectionContent], board: str, given_bytes: int) -> None:
    """Raise PackingError where a board has less memory for a listener than the pack needs."""
    needed_bytes = listener_bytes(sections)
    if needed_bytes <= given_bytes:
        return
    languages = sum(kind == SECTION_COMMAND_RULE for kind, *_ in sections)
    raise PackingError(
        f"A listener of this pack takes {needed_bytes:,} bytes of RAM, {board} gives one "
        f"{given_bytes:,}.",
        f"{languages} languages in the profile, or a larger ear than the firmware was made for",
        "Take a language out, or raise LISTENER_BYTES in the board's firmware and listener_bytes "
        "in its file under device_profiles/boards/.",
    )


def _aligned(size_bytes: int) -> int:
    return -(-size_bytes // ALIGN_BYTES) * ALIGN_BYTES

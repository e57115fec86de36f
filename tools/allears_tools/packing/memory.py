"""What memory a board needs for the listener of a pack: as layout.c lays it out."""

from __future__ import annotations

import struct
from collections import Counter, defaultdict

from allears.compiling.layout import ALIGN_BYTES, HEADER, HEADER_WORDS
from allears.link_contract import (
    SECTION_COMMAND_RULE,
    SECTION_COMMANDS,
    SECTION_EAR,
    SECTION_VERIFIER,
    SECTION_WAKE,
    SECTION_WAKE_RULE,
)
from allears.packs.rules import CommandRule, WakeRule

from allears_tools.packing.errors import PackingError
from allears_tools.packing.sections import SectionContent

LISTENER_STRUCT_BYTES = 10456
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
    states: dict[int, dict[str, int]] = defaultdict(dict)
    wake_words: dict[str, str] = {}
    for kind, language, content in sections:
        if kind in (SECTION_EAR, SECTION_WAKE, SECTION_VERIFIER, SECTION_COMMANDS):
            words = _HEAD.unpack_from(content)
            states[kind][language] = _aligned(words[_STATE])
            scratch = max(scratch, words[_SCRATCH])
        elif kind == SECTION_COMMAND_RULE:
            rule = CommandRule.decode(content)
            windows += rule.smoothing_frames * len(rule.classes)
        elif kind == SECTION_WAKE_RULE:
            wake_words[language] = WakeRule.decode(content).wake_word
    # Heads of one wake word listen together; verifiers only while none does.
    heads: Counter[str] = Counter()
    for language, size_bytes in states[SECTION_COMMANDS].items():
        heads[wake_words.get(language, "")] += size_bytes
    second = max(sum(states[SECTION_VERIFIER].values()), max(heads.values(), default=0))
    programs = sum(states[SECTION_WAKE].values()) + sum(states[SECTION_EAR].values())
    fixed = _aligned(LISTENER_STRUCT_BYTES) + _aligned(RECENT_BYTES)
    end = _aligned(fixed + _aligned(scratch) + programs + second + windows)
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

"""The one answer to "may this clip train a model, or does it test one?".

Training and evaluation both ask here, so they cannot disagree. The answer hashes the speaker
(never the clip), so that nobody is heard on both sides. Where the speaker is unknown the file's
name stands in; two unnamed clips of one person may then fall on different sides, which a report
should say of such a source.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import Protocol

TEST_SHARE = 0.3
"""Share of the speakers kept for testing where a source has no line in TEST_SHARE_OF."""

TEST_SHARE_OF = {
    "en_librispeech_261spk": 0.2,
}
"""Share of the speakers (or files) kept for testing, by source."""

ALWAYS_TESTED = frozenset({"esp_Pub.ogg"})
"""Files kept for testing by name: the only recording of a pub, whose noise we tell figures of."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""A recording's id inside a name; the word before it must not split one id over both sides."""

_NUMBERED_WORD = re.compile(r"\d+_[a-z]+_(\d+)")
"""Names like 3_three_0107: the last number may be a sitting in which one person read every
word, so all words of one number stay together."""


class Labelled(Protocol):
    """What the split reads of a clip; `labels.Clip` has it."""

    @property
    def path(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def speaker(self) -> str: ...
    @property
    def training(self) -> str: ...


def speaker_key(row: Labelled) -> str:
    """Name who speaks in a clip: the speaker where known, else the best stand-in."""
    if row.speaker:
        return f"speaker:{row.speaker}"
    stem = PurePosixPath(row.path).stem
    if found := _UUID.search(stem):
        return f"recording:{found.group(0).lower()}"
    if found := _NUMBERED_WORD.fullmatch(stem):
        return f"sitting:{found.group(1)}"
    return f"file:{stem}"


def is_test(row: Labelled) -> bool:
    """Tell whether a clip is kept for testing.

    Rows that may not train anything are always for testing, and those of ALWAYS_TESTED. The
    others are split by a hash of source and speaker, the same on every machine.
    """
    if not row.training.strip().lower().endswith("yes"):
        return True
    if PurePosixPath(row.path).name in ALWAYS_TESTED:
        return True
    digest = hashlib.sha256(f"{row.source}/{speaker_key(row)}".encode()).digest()
    position = int.from_bytes(digest[:8], "big") / 2**64
    return position < TEST_SHARE_OF.get(row.source, TEST_SHARE)

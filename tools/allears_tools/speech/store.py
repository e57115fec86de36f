"""Where downloaded voices lie, and whether they are there."""

from __future__ import annotations

from pathlib import Path

from allears_tools.speech.cache import cache_root
from allears_tools.speech.errors import VoicesMissing
from allears_tools.speech.sources import SETS

COMPLETE = ".complete"
"""Written last into a set's folder; holds the digest of the pins it was made from."""


def voices_root() -> Path:
    """Folder of all downloaded voices."""
    return cache_root() / "voices"


def is_complete(name: str, root: Path) -> bool:
    """Whether a set is there, made from today's pins."""
    mark = root / name / COMPLETE
    return mark.is_file() and mark.read_text().strip() == SETS[name].digest()


def require(name: str, root: Path) -> Path:
    """Folder of a set.

    Raises:
        VoicesMissing: the set was never downloaded, or from older pins.
    """
    if not is_complete(name, root):
        raise VoicesMissing(
            f"the voice files of '{name}' are not in {root}",
            "they have not been downloaded yet, or a newer version is asked for",
            f"run: allears speech voices download {name}",
        )
    return root / name

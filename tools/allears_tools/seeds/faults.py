"""One fault in a seed file: where, what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """A fault at `line` (from 1) of `file`."""

    file: Path
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}: {self.remedy}"

    def to_dict(self) -> dict[str, str | int]:
        """The fault as plain data, for `--json`."""
        return {
            "file": str(self.file),
            "line": self.line,
            "what": self.what,
            "remedy": self.remedy,
        }

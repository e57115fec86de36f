"""Generated files: written, or compared with what they should be."""

from __future__ import annotations

from pathlib import Path


def write_or_check(arguments: list[str], source: str, texts: dict[Path, str]) -> int:
    """Write each text to its file; with ``--check`` only compare, and return 1 where one differs.

    Args:
        arguments: of the command line.
        source: the file they are generated from, for the message.
    """
    stale = 0
    for path, text in texts.items():
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path}: not what {source} gives; run the generator")
            stale = 1
    return stale

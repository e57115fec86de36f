"""What a person is asked to say, and in which words they are asked."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
from allears.datafile import load_data
from allears.errors import AllEarsError

from allears_tools.record.checks import Fault
from allears_tools.seeds import load_language

_PROMPTS = Path(__file__).with_name("prompts.yaml")
_FALLBACK = "en"


class Prompts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person reads, in their language."""

    say: str
    good: str
    done: str
    too_loud: str
    too_quiet: str
    too_short: str
    cut_off: str

    def of(self, fault: Fault) -> str:
        """What to do about a fault."""
        return str(getattr(self, fault.value))


class _PromptsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    languages: dict[str, Prompts]


class Line(NamedTuple):
    """A line to say; `name` is its file's, `kind` as in labels files."""

    name: str
    text: str
    kind: str


def load_prompts(language: str) -> Prompts:
    """Return the prompts of a language; the English ones where there are none yet."""
    known = load_data(_PROMPTS, _PromptsFile).languages
    return known.get(language, known[_FALLBACK])


def script(language: str, commands: list[str], *, wake: bool, all_phrasings: bool) -> list[Line]:
    """Return the lines of a session: the wake word, then the commands.

    Args:
        commands: only these ids; empty for all.
        all_phrasings: every wording of a command, not its first alone.

    Raises:
        AllEarsError: the language is unknown, or has no such command.
    """
    seed = load_language(language)
    unknown = sorted(set(commands) - set(seed.commands))
    if unknown:
        raise AllEarsError(
            f"There is no command {', '.join(unknown)}.",
            "a misspelt id",
            f"Use some of: {' '.join(seed.commands)}.",
        )
    lines = [Line("wake", seed.wake.text, "wake")] if wake else []
    for id, phrasings in seed.commands.items():
        if commands and id not in commands:
            continue
        kind = "digit" if id.startswith("digit_") else "command"
        for number, phrasing in enumerate(phrasings if all_phrasings else phrasings[:1], 1):
            name = f"{id}-{number}" if all_phrasings else id
            lines.append(Line(name, phrasing.text, kind))
    return lines

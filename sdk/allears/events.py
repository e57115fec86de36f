"""What a listener reports."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec


class Wake(msgspec.Struct, frozen=True, tag="wake", tag_field="event"):
    """The wake word was heard.

    ``time_s``: stream position in seconds at which it was decided; ``score``: 0 to 1.
    """

    time_s: float
    score: float
    language: str
    wake_word: str

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain JSON types, with its kind under ``event``."""
        return msgspec.to_builtins(self)


class Command(msgspec.Struct, frozen=True, tag="command", tag_field="event"):
    """A command was heard.

    ``time_s``: stream position in seconds at which it was decided; ``score``: 0 to 1; ``id``: an id
    of seeds/commands.yaml.

    ``number``: None but in the second event of a setting command that digits followed: "warmer, two
    four" gives ``id="warmer"`` at once and, when the number is complete, again with ``number=24``.
    It is the value that was said, not an amount to add; ``score`` is then the least of its words'.
    """

    time_s: float
    score: float
    language: str
    id: str
    number: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain JSON types, with its kind under ``event``."""
        return msgspec.to_builtins(self)


Event: TypeAlias = Wake | Command

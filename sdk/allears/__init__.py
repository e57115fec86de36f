"""AllEars: offline voice commands for appliances.

``allears.Listener("gb").feed(samples)`` returns the wake words and commands that it heard.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allears.errors import AllEarsError
    from allears.events import Command, Event, Wake
    from allears.pipeline import Listener
    from allears.profile import Profile

__all__ = ["AllEarsError", "Command", "Event", "Listener", "Profile", "Wake"]

_HOMES = {
    "AllEarsError": "errors",
    "Command": "events",
    "Event": "events",
    "Listener": "pipeline",
    "Profile": "profile",
    "Wake": "events",
}


def __getattr__(name: str) -> Any:
    """Import on first use: building the package runs code of ours where numpy is not installed."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found

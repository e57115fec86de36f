"""AllEars: offline voice commands for appliances.

``allears.Listener("gb").feed(samples)`` returns the wake words and commands that it heard.
"""

from allears.errors import AllEarsError
from allears.events import Command, Event, Wake
from allears.pipeline import Listener
from allears.profile import Profile

__all__ = ["AllEarsError", "Command", "Event", "Listener", "Profile", "Wake"]

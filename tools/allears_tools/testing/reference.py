"""What the same models hear here, through the reference kernels that every device should equal."""

from __future__ import annotations

from allears import Listener
from allears.events import Event, Wake
from allears.profile import Profile

from allears_tools.evaluate.clip_audio import Samples
from allears_tools.firmware.check import reference_kernels
from allears_tools.flash.messages import HeardEvent


class Reference:
    """The listener of a profile as devices have it, in Python, on the reference kernels.

    Raises:
        AllEarsError: models are missing or broken.
    """

    def __init__(self, profile: Profile) -> None:
        with reference_kernels():
            self._listener = Listener(profile)

    def hear(self, samples: Samples) -> list[HeardEvent]:
        """Hear a whole stream, int16 [n], and return its events, numbered from 0."""
        events = self._listener.feed(samples) + self._listener.finish()
        return [_told(number, event) for number, event in enumerate(events)]


def _told(number: int, event: Event) -> HeardEvent:
    return HeardEvent(
        n=number,
        at_ms=round(event.time_s * 1000),
        kind="wake" if isinstance(event, Wake) else "command",
        lang=event.language,
        id=event.wake_word if isinstance(event, Wake) else event.id,
        score=round(event.score * 256),
        number=None if isinstance(event, Wake) else event.number,
    )

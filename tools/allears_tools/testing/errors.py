"""What can go wrong in a test of a device."""

from __future__ import annotations

from allears.errors import AllEarsError


class DeviceTestError(AllEarsError):
    """A device cannot be tested, or not any further."""

"""What can go wrong between desk and device."""

from __future__ import annotations

from allears.errors import AllEarsError


class FlashError(AllEarsError):
    """A device could not be flashed."""


class LineError(FlashError):
    """A device does not answer, or not any more."""


class DeviceRefusal(FlashError):
    """A device said no; `code` is one of `allears.link_contract.Refusal`, 0 if it gave none."""

    def __init__(self, code: int, sentence: str, port: str) -> None:
        super().__init__(f"{port}: the device refused. {sentence}")
        self.code = code

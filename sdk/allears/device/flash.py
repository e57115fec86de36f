"""Flash memory kept in a file, with NOR's rules, so that slots work as on a microcontroller."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from allears.errors import DeviceError
from allears.link_contract import SECTOR_BYTES

_ERASED = b"\xff"


class FlashFault(Exception):
    """The flash could not be written, or was asked to set bits that only erasing sets."""


class Flash(Protocol):
    """What slots and journal need; offsets in bytes, sectors of SECTOR_BYTES."""

    size_bytes: int

    def read(self, at: int, count: int) -> bytes:
        """Return `count` bytes from `at`."""
        ...

    def program(self, at: int, content: bytes) -> None:
        """Clear the bits that are 0 in `content`. Raises FlashFault if one must be set."""
        ...

    def erase(self, sector: int) -> None:
        """Set every bit of a sector."""
        ...

    def sync(self) -> None:
        """Return when everything programmed so far survives a power loss."""
        ...


class FlashFile:
    """Flash in the file `path`, made erased if it is missing; `number` is its descriptor.

    Raises:
        DeviceError: the file cannot be made, or has another size.
    """

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        try:
            if not path.exists():
                fresh = path.with_suffix(".new")
                fresh.write_bytes(_ERASED * size_bytes)
                fresh.rename(path)
            self.number = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as fault:
            raise DeviceError(
                f"Cannot use {path}: {fault.strerror}.",
                "a folder without write permission, or a full disk",
                "Give another folder with --state.",
            ) from fault
        if os.fstat(self.number).st_size != size_bytes:
            raise DeviceError(
                f"{path} is not {size_bytes} bytes long.",
                "it belongs to another release, or is no flash of a device",
                "Give another folder with --state.",
            )

    def read(self, at: int, count: int) -> bytes:
        """Return `count` bytes from `at`."""
        return os.pread(self.number, count, at)

    def program(self, at: int, content: bytes) -> None:
        """Clear the bits that are 0 in `content`."""
        check_program(self.read(at, len(content)), content)
        self._write(at, content)

    def erase(self, sector: int) -> None:
        """Set every bit of a sector."""
        self._write(sector * SECTOR_BYTES, _ERASED * SECTOR_BYTES)

    def sync(self) -> None:
        """Return when everything is on the disk."""
        os.fdatasync(self.number)

    def _write(self, at: int, content: bytes) -> None:
        try:
            os.pwrite(self.number, content, at)
        except OSError as fault:
            raise FlashFault(str(fault)) from fault


def check_program(old: bytes, new: bytes) -> None:
    """Raise FlashFault if `new` has a bit set that is clear in `old`, or reaches beyond the end."""
    if len(old) < len(new) or int.from_bytes(new, "big") & ~int.from_bytes(old, "big"):
        raise FlashFault("programming can only clear bits")

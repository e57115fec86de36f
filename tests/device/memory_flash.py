"""Flash in memory whose power can be cut in the middle of any operation."""

from __future__ import annotations

from allears.device.flash import check_program
from allears.device.storage import Storage
from allears.link_contract import JOURNAL_SECTORS, SECTOR_BYTES

SLOT_SECTORS = 8


class PowerCut(BaseException):
    """The power failed; nothing may catch it."""


class Power:
    """Counts operations; at number `fails_at` the power fails, that operation done in part.

    ``share``: how much of the failing operation is done, 0 to 1.
    """

    def __init__(self, fails_at: int | None = None, share: float = 0.5) -> None:
        self.operations = 0
        self.fails_at, self.share = fails_at, share


class MemoryFlash:
    """Flash of `sectors`, erased at first; `power` is shared by a device's flashes."""

    def __init__(self, sectors: int) -> None:
        self.size_bytes = sectors * SECTOR_BYTES
        self.content = bytearray(b"\xff" * self.size_bytes)
        self.power = Power()

    @staticmethod
    def storage(flashes: list[MemoryFlash] | None = None) -> Storage:
        """A device's storage, fresh or as `flashes` were left."""
        journal, *slots = flashes or MemoryFlash.set()
        return Storage(journal, slots)

    @staticmethod
    def set() -> list[MemoryFlash]:
        """A journal and two slots."""
        return [MemoryFlash(sectors) for sectors in (JOURNAL_SECTORS, SLOT_SECTORS, SLOT_SECTORS)]

    def read(self, at: int, count: int) -> bytes:
        return bytes(self.content[at : at + count])

    def program(self, at: int, content: bytes) -> None:
        check_program(self.read(at, len(content)), content)
        self._write(at, content)

    def erase(self, sector: int) -> None:
        self._write(sector * SECTOR_BYTES, b"\xff" * SECTOR_BYTES)

    def sync(self) -> None:
        pass

    def _write(self, at: int, content: bytes) -> None:
        power = self.power
        power.operations += 1
        failing = power.operations == power.fails_at
        if failing:
            content = content[: round(len(content) * power.share)]
        self.content[at : at + len(content)] = content
        if failing:
            raise PowerCut

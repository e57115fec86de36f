"""Journal and slots of one device, in a folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from allears.device.flash import Flash, FlashFile
from allears.device.journal import Journal
from allears.device.slot import Slot
from allears.errors import DeviceError
from allears.link_contract import JOURNAL_SECTORS, SECTOR_BYTES, SLOT_BYTES, SLOT_COUNT


class Storage:
    """What a device keeps; made of any flash, so that tests can cut its power anywhere."""

    def __init__(self, journal: Flash, slots: Sequence[Flash]) -> None:
        self.journal = Journal(journal)
        self.slots = [Slot(index, flash) for index, flash in enumerate(slots)]
        self._open: list[int] = []

    @classmethod
    def in_folder(cls, folder: Path) -> Storage:
        """Open the flash files in `folder`, made where missing, for this process alone.

        Raises:
            DeviceError: the folder cannot be used, or another device uses it.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeviceError(
                f"Another device runs in {folder}.", "", "Stop it, or give another --state."
            ) from None
        except OSError as fault:
            raise DeviceError(
                f"Cannot use the folder {folder}: {fault.strerror}.", "", "Give another --state."
            ) from fault
        journal = FlashFile(folder / "journal.bin", JOURNAL_SECTORS * SECTOR_BYTES)
        slots = [FlashFile(folder / f"slot{i}.bin", SLOT_BYTES) for i in range(SLOT_COUNT)]
        storage = cls(journal, slots)
        storage._open = [lock, *(part.number for part in (journal, *slots))]
        return storage

    def close(self) -> None:
        """Give the files back; another process may use the folder then."""
        while self._open:
            os.close(self._open.pop())

"""A board's folder: its flash, its key, and what is known of the QEMU that runs it."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import NamedTuple

from allears.packs.trust import TrustedKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from allears_tools.board.errors import BoardError
from allears_tools.board.machines import FACTORY_OFFSET, Machine


class Running(NamedTuple):
    """The QEMU of a board; `link` is "pty" or "tcp:PORT", `port` what a client opens."""

    pid: int
    board: str
    link: str
    port: str

    @property
    def is_alive(self) -> bool:
        """Whether that process is still there, and is QEMU."""
        try:
            return b"qemu" in Path(f"/proc/{self.pid}/cmdline").read_bytes()
        except OSError:
            return False


class BoardFolder:
    """One board's folder, made if it is missing.

    Args:
        path: where it is, or is to be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise BoardError(
                f"Cannot make the board's folder {path}: {fault.strerror}.", "", "Give another."
            ) from fault

    @property
    def memory(self) -> Path:
        """The file behind the PSRAM: flash, key, microphone."""
        return self.path / "psram.img"

    @property
    def log(self) -> Path:
        """What the board said on its second UART."""
        return self.path / "board.log"

    @property
    def console(self) -> Path:
        """What QEMU itself said."""
        return self.path / "qemu.log"

    @property
    def terminal(self) -> Path:
        """Symbolic link to the pseudo-terminal; stays the same when QEMU starts anew."""
        return self.path / "tty"

    @property
    def _running(self) -> Path:
        return self.path / "running.json"

    def running(self) -> Running | None:
        """Return the QEMU that runs on this folder, if one does."""
        try:
            running = Running(**json.loads(self._running.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return running if running.is_alive else None

    def last_started(self) -> Running | None:
        """Return what was last started here, alive or not."""
        try:
            return Running(**json.loads(self._running.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def note(self, running: Running) -> None:
        """Remember what runs."""
        self._running.write_text(json.dumps(running._asdict()), encoding="utf-8")

    def forget(self) -> None:
        """Nothing runs any more."""
        with contextlib.suppress(FileNotFoundError):
            self._running.unlink()

    def prepare(self, machine: Machine, trust: Path | None) -> None:
        """Make the PSRAM's file and put the trusted key into its factory page, once.

        Raises:
            BoardError: no key was ever given, or another one than before.
        """
        if not self.memory.exists():
            with self.memory.open("wb") as memory:
                memory.truncate(machine.memory_bytes)
        given = _raw_key(trust) if trust else None
        with self.memory.open("r+b") as memory:
            kept = os.pread(memory.fileno(), 32, FACTORY_OFFSET)
            if not any(kept) and given is None:
                raise BoardError(
                    f"The board in {self.path} trusts no key yet.",
                    "its first start",
                    "Give the public key once: --trust key.pub.pem (allears keygen makes one).",
                )
            if any(kept) and given is not None and given != kept:
                raise BoardError(
                    f"The board in {self.path} trusts another key than {trust}.",
                    "a key is trusted for good, as on a device in the field",
                    "Leave --trust out, or give another --state.",
                )
            if given is not None:
                os.pwrite(memory.fileno(), given, FACTORY_OFFSET)


def _raw_key(path: Path) -> bytes:
    """Return the 32 bytes of a public key in PEM form."""
    public = load_pem_public_key(TrustedKey.load(path).to_pem())
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)

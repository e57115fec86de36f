"""The pack to flash: a file, or a market's, built for the board that asks."""

from __future__ import annotations

import threading
from pathlib import Path

from allears import Profile
from allears.packs.contents import Pack, read_pack

from allears_tools.packing.build import build_pack
from allears_tools.packing.errors import PackingError
from allears_tools.packing.keys import read_key
from allears_tools.packing.show import load_pack


class PackSource:
    """Gives the pack for a board; a market's is built once a board.

    Args:
        what: a pack's file, or a market.
        key: signs what is built here.

    Raises:
        AllEarsError: there is no such file or market, or a key is missing.
    """

    def __init__(self, what: str, key: Path | None, version: str, security_counter: int) -> None:
        self._lock = threading.Lock()
        self._built: dict[str, Pack] = {}
        self._version, self._security_counter = version, security_counter
        self._file = load_pack(Path(what)) if Path(what).suffix == ".pack" else None
        if self._file is None:
            self._profile = Profile.load(what)
            if key is None:
                raise PackingError(
                    f"A pack for {what} has to be built, and signed.",
                    "no key given",
                    f"allears flash {what} --key key.pem …    or give a .pack file.",
                )
            self._key = read_key(key)

    def pack_for(self, board: str) -> Pack:
        """Return the pack; a file's is given to any board, which refuses it if need be."""
        if self._file:
            return self._file
        with self._lock:
            if board not in self._built:
                content = build_pack(
                    self._profile,
                    self._key,
                    board=board,
                    version=self._version,
                    security_counter=self._security_counter,
                )
                self._built[board] = read_pack(content)
            return self._built[board]

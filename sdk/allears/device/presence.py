"""Running devices tell where they can be reached, for `allears ports`."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FOLDER_VARIABLE = "ALLEARS_PORTS"


def presence_folder() -> Path:
    """The folder with a file a running device: $ALLEARS_PORTS, or one of this user's."""
    given = os.environ.get(_FOLDER_VARIABLE)
    return Path(given) if given else Path(tempfile.gettempdir()) / f"allears-ports-{os.getuid()}"


@contextmanager
def announced(port: str, board: str, state: Path) -> Iterator[None]:
    """Say that this process is a device on `port`, while the context lasts."""
    folder = presence_folder()
    path = folder / f"{os.getpid()}.json"
    known = {"port": port, "board": board, "pid": os.getpid(), "state": str(state)}
    # A device that cannot tell where it is works all the same.
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(json.dumps(known), encoding="utf-8")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def present_devices() -> list[dict[str, Any]]:
    """Return what running devices told; what dead ones left is passed over."""
    found = []
    for path in sorted(presence_folder().glob("*.json")):
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            os.kill(int(known["pid"]), 0)
            known["port"], known["board"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append(known)
    return found

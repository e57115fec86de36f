"""`allears device`: a device in a folder, on a line."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from allears.device.checks import Gate
from allears.device.core import Device
from allears.device.link import open_line, serve
from allears.device.microphone import listen_in_background
from allears.device.presence import announced
from allears.device.server import Server
from allears.device.storage import Storage
from allears.errors import DeviceError
from allears.packs.trust import TrustedKey

_TRUST_FILE = "trust.pem"


def run_device(
    link: str,
    state: Path,
    board: str = "linux",
    trust: Path | None = None,
    tell: Callable[[Device, str], None] | None = None,
    microphone: str = "",
) -> None:
    """Run until interrupted.

    Args:
        link: "pty" or "tcp:PORT".
        state: folder of the slots; made if it is missing.
        board: what packs must be made for.
        trust: key whose packs are accepted; kept in `state`, so needed once.
        tell: called after each boot with the device and its port.
        microphone: what it hears besides the link, as `listen_in_background` takes it.

    Raises:
        DeviceError: folder, key or link cannot be used.
    """
    storage = Storage.in_folder(state)
    device = Device(storage, Gate(board, _trusted_key(state, trust)))
    if microphone:
        listen_in_background(device, microphone)
    line = open_line(link, state)
    with contextlib.closing(line), announced(line.name, board, state):
        if tell:
            tell(device, line.name)
        for _ in serve(Server(device), line):
            if tell:
                tell(device, line.name)


def _trusted_key(state: Path, given: Path | None) -> TrustedKey:
    kept = state / _TRUST_FILE
    if given is None:
        if not kept.exists():
            raise DeviceError(
                f"The device in {state} trusts no key yet.",
                "its first start",
                "Give the public key once: --trust key.pub.pem (allears keygen makes one).",
            )
        return TrustedKey.load(kept)
    key = TrustedKey.load(given)
    if kept.exists() and TrustedKey.load(kept).key_hash != key.key_hash:
        raise DeviceError(
            f"The device in {state} trusts another key than {given}.",
            "a key is trusted for good, as on a device in the field",
            "Leave --trust out, or give another --state.",
        )
    if not kept.exists():
        fresh = kept.with_suffix(".new")
        fresh.write_bytes(key.to_pem())
        fresh.rename(kept)
    return key

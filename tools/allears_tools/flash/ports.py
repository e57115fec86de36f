"""The ports that a device may answer on."""

from __future__ import annotations

from dataclasses import dataclass

from allears.device.presence import present_devices
from serial.tools import list_ports


@dataclass(frozen=True)
class Port:
    """A candidate; `about` says what is known of it without opening it."""

    port: str
    kind: str
    about: str


def candidates() -> list[Port]:
    """Return emulated devices that run here, then serial adapters; nothing is opened."""
    emulated = [
        Port(known["port"], "emulated", f"{known['board']}, {known.get('state', '')}")
        for known in present_devices()
    ]
    serial = [
        Port(found.device, "serial", found.description)
        for found in sorted(list_ports.comports())
        if found.hwid != "n/a"  # sockets on the mainboard with nothing behind them
    ]
    return emulated + serial

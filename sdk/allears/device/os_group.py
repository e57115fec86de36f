"""SMP's os group: echo, reset, parameters, info."""

from __future__ import annotations

from importlib.metadata import version

from allears.device.core import Device
from allears.device.requests import Reply, Request
from allears.link_contract import MAX_MESSAGE_BYTES


def echo(device: Device, request: Request) -> Reply:
    """Give back what came."""
    return {"r": request.need("d", str)}


def reset(device: Device, request: Request) -> Reply:
    """Say yes; the server's owner boots the device once the reply is out."""
    return {}


def parameters(device: Device, request: Request) -> Reply:
    """Tell how long a message may be."""
    return {"buf_size": MAX_MESSAGE_BYTES, "buf_count": 1}


def info(device: Device, request: Request) -> Reply:
    """Tell what runs here."""
    return {"output": f"AllEars {device.gate.board} {version('allears')}"}

"""SMP's image group: what the slots hold, and how it is changed."""

from __future__ import annotations

from allears.device.core import Device
from allears.device.requests import Reply, Request
from allears.errors import PackError
from allears.link_contract import TRIAL_REQUESTED, Refusal


def read_state(device: Device, request: Request) -> Reply:
    """List the packs, a map a slot that holds one."""
    state = device.storage.journal.state
    running = device.running
    return {
        "images": [
            {
                "image": 0,
                "slot": slot.index,
                "version": pack.image.header.version_text,
                "hash": pack.image_hash,
                "bootable": True,
                "pending": state.phase == TRIAL_REQUESTED and state.trial == slot.index,
                "confirmed": state.confirmed == slot.index,
                "active": running is not None and running.slot is slot,
            }
            for slot, pack in device.packs()
        ]
    }


def write_state(device: Device, request: Request) -> Reply:
    """Set a pack for test, or confirm the one that runs."""
    image_hash = request.get("hash", bytes)
    if request.get("confirm", bool):
        device.confirm(image_hash)
    elif image_hash is None:
        raise PackError(Refusal.BAD_REQUEST)
    else:
        device.test(image_hash)
    return read_state(device, request)


def upload(device: Device, request: Request) -> Reply:
    """Take in a part of an image."""
    progress = device.write_upload(
        request.need("off", int),
        request.need("data", bytes),
        request.get("len", int),
        request.get("sha", bytes),
    )
    reply: Reply = {"off": progress.off}
    if progress.match is not None:
        reply["match"] = progress.match
    return reply


def erase(device: Device, request: Request) -> Reply:
    """Forget what a slot holds."""
    device.erase(request.get("slot", int))
    return {}

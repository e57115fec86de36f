"""Packs of a few kilobytes, and the requests that flash them."""

from __future__ import annotations

import hashlib

from allears.link_contract import SECTION_EAR, SECTION_MANIFEST, SECTION_WAKE, SECTOR_BYTES
from allears_tools.packing.build import lay_out, sign
from allears_tools.packing.sections import SectionContent

EAR_BYTES = 3 * SECTOR_BYTES + 100


def small_pack(
    key, *, market="gb", counter=1, version="1.0.0", board="linux", ear=b"e", wake_bytes=2000
):
    """An image with a manifest, an ear of three sectors and a wake model that `market` fills."""
    sections = [
        SectionContent(SECTION_MANIFEST, "", b"\xa0"),
        SectionContent(SECTION_EAR, "", (ear * EAR_BYTES)[:EAR_BYTES]),
        SectionContent(SECTION_WAKE, "xx", (market.encode() * wake_bytes)[:wake_bytes]),
    ]
    return sign(lay_out(sections, board, market, counter), key, version, counter)


def send(device, image, part_bytes=1000, sha=True, until=None):
    """Upload `image` as clients do, following `off`; stop once `until` bytes are there."""
    digest = hashlib.sha256(image).digest() if sha else None
    progress = device.write_upload(0, image[:part_bytes], len(image), digest)
    while progress.off < min(len(image), until or len(image)):
        off = progress.off
        progress = device.write_upload(off, image[off : off + part_bytes], None, None)
    return progress


def image_hash(image):
    """The hash by which SMP knows the image."""
    from allears.packs.contents import read_pack

    return read_pack(image).image_hash


def flash(device, image):
    """Upload, test, reset, confirm, as far as is still to do: what `allears flash` does."""
    if not device.running or device.running.pack.image_hash != image_hash(image):
        send(device, image)
        device.test(image_hash(image))
        device.reset()
    device.confirm(image_hash(image))


def runs(device):
    """Market of the pack that runs, or None."""
    return device.running.pack.head.market if device.running else None

"""Writes the seeds that the fuzzers start from: well-formed messages and a small pack.

Run: ``python sdk/firmware/tests/link/corpus.py`` in a checkout, with the extra [flash].
"""

from __future__ import annotations

import struct
from pathlib import Path

from allears.link_contract import SECTION_EAR, SECTION_MANIFEST
from allears_tools.flash.messages import (
    AudioWrite,
    ClipRead,
    CountersRead,
    EventsRead,
    KeepWrite,
    LiveRead,
    StatusRead,
)
from allears_tools.packing.build import lay_out, sign
from allears_tools.packing.sections import SectionContent
from imgtool.keys.ed25519 import Ed25519
from smp.packet import encode
from smpclient.requests.image_management import (
    ImageErase,
    ImageStatesRead,
    ImageStatesWrite,
    ImageUploadWrite,
)
from smpclient.requests.os_management import EchoWrite, MCUMgrParametersRead, ResetWrite

_CORPUS = Path(__file__).parent / "corpus"


def main() -> None:
    """Write every seed anew."""
    ear = SectionContent(SECTION_EAR, "", bytes(8192))  # the running pack of the target has it too
    manifest = SectionContent(SECTION_MANIFEST, "", b"manifest")
    payload = lay_out([manifest, ear], "test-board", "gb", 1)
    pack = sign(payload, Ed25519.generate(), "1.0.0", 1)
    upload = [
        ImageUploadWrite(off=0, data=pack[:600], len=len(pack), sha=bytes(32), image=0),
        ImageUploadWrite(off=600, data=pack[600:1200]),
    ]
    requests = {
        "os": [EchoWrite(d="hello"), MCUMgrParametersRead(), ResetWrite()],
        "state": [ImageStatesRead(), ImageStatesWrite(hash=bytes(32)), ImageErase(slot=1)],
        "confirm": [ImageStatesWrite(hash=bytes(32), confirm=True)],
        "upload": upload,
        "voice": [StatusRead(), EventsRead(since=0), CountersRead()],
        "audio": [AudioWrite(data=bytes(64), end=True)],
        "live": [LiveRead(), KeepWrite(keep="now"), AudioWrite(data=bytes(64)), ClipRead(off=0)],
    }
    for name, asked in requests.items():
        messages = [request.BYTES for request in asked]
        parts = [struct.pack(">H", len(message)) + message for message in messages]
        _write("requests", name, b"".join(parts))
        _write("frames", name, b"".join(line for m in messages for line in encode(m)))
    _write("packs", "small", pack)


def _write(target: str, name: str, content: bytes) -> None:
    (_CORPUS / target).mkdir(parents=True, exist_ok=True)
    (_CORPUS / target / name).write_bytes(content)


if __name__ == "__main__":
    main()

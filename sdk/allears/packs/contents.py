"""What is inside a pack: its header, table of contents and sections."""

from __future__ import annotations

import hashlib
import struct
from typing import Any, NamedTuple

import cbor2

from allears.contract import CONTRACT_SHA256
from allears.errors import PackError
from allears.link_contract import (
    BOARD_CHARS,
    HEAD_BYTES,
    IMAGE_HEADER_BYTES,
    LANGUAGE_CHARS,
    MARKET_CHARS,
    MAX_SECTIONS,
    PACK_FORMAT,
    PACK_MAGIC,
    SECTION_ALIGN_BYTES,
    SECTION_ENTRY_BYTES,
    Refusal,
)
from allears.packs.image import Image, ImageHeader, read_image, read_image_header
from allears.packs.trust import TrustedKey

HEAD = struct.Struct(f"<IHHII{BOARD_CHARS}s{MARKET_CHARS}s32s28x")
"""The pack's header, after MCUboot's."""

ENTRY = struct.Struct(f"<H{LANGUAGE_CHARS}sII32s")
"""One entry of the table of contents."""

CONTRACT = bytes.fromhex(CONTRACT_SHA256)


class Head(NamedTuple):
    """The first HEAD_BYTES of a pack: enough to refuse it."""

    image: ImageHeader
    section_count: int
    security_counter: int
    board: str
    market: str
    contract: bytes

    @property
    def table_end(self) -> int:
        """Offset after the table of contents."""
        return HEAD_BYTES + self.section_count * SECTION_ENTRY_BYTES


class Section(NamedTuple):
    """An entry of the table; `offset` counts from the image's first byte."""

    kind: int
    language: str
    offset: int
    size_bytes: int
    sha256: bytes

    @property
    def end(self) -> int:
        """Offset after the last byte."""
        return self.offset + self.size_bytes


class Pack(NamedTuple):
    """A pack whose bounds are checked; `content` is the whole image."""

    content: bytes
    image: Image
    head: Head
    sections: list[Section]

    @property
    def languages(self) -> list[str]:
        """Language codes in the order of the sections."""
        return list(dict.fromkeys(s.language for s in self.sections if s.language))

    @property
    def image_hash(self) -> bytes:
        """What MCUboot and SMP call the image's hash."""
        return self.image.sha256 or b""

    def find(self, kind: int, language: str = "") -> bytes:
        """Return a section's bytes.

        Raises:
            PackError: the pack has no such section.
        """
        for section in self.sections:
            if (section.kind, section.language) == (kind, language):
                return self.content[section.offset : section.end]
        raise PackError(Refusal.BAD_SECTION, f"no section of kind {kind} for {language!r}")

    def find_map(self, kind: int, language: str = "") -> dict[str, Any]:
        """Return a section's CBOR map as plain data.

        Raises:
            PackError: the pack has no such section, or it is no map.
        """
        try:
            found = cbor2.loads(self.find(kind, language))
        except (cbor2.CBORDecodeError, RecursionError) as fault:
            raise PackError(Refusal.BAD_SECTION, f"section of kind {kind}: {fault}") from fault
        if not isinstance(found, dict):
            raise PackError(Refusal.BAD_SECTION, f"section of kind {kind} is no map")
        return found

    def check(self, key: TrustedKey | None) -> None:
        """Check everything that needs no models: hash, signature, agreement, sections' hashes.

        Without a key the signature is not checked.

        Raises:
            PackError: the first fault found.
        """
        self.image.check(self.content, key)
        if self.image.security_counter != self.head.security_counter:
            raise PackError(Refusal.BAD_HEADER, "two different security counters")
        for section in self.sections:
            found = hashlib.sha256(self.content[section.offset : section.end]).digest()
            if found != section.sha256:
                raise PackError(Refusal.BAD_SECTION, f"section of kind {section.kind}")


def read_head(content: bytes) -> Head:
    """Read the first HEAD_BYTES of `content`.

    Raises:
        PackError: they are not those of a pack this release reads.
    """
    if len(content) < HEAD_BYTES:
        raise PackError(Refusal.TRUNCATED)
    image = read_image_header(content)
    magic, version, count, end, counter, board, market, contract = HEAD.unpack_from(
        content, IMAGE_HEADER_BYTES
    )
    if magic != PACK_MAGIC:
        raise PackError(Refusal.NOT_A_PACK)
    if version != PACK_FORMAT:
        raise PackError(Refusal.OTHER_FORMAT, f"format {version}, not {PACK_FORMAT}")
    head = Head(image, count, counter, _text(board), _text(market), contract)
    if end != image.payload_end or count > MAX_SECTIONS or head.table_end > end:
        raise PackError(Refusal.BAD_HEADER)
    return head


def read_sections(head: Head, content: bytes) -> list[Section]:
    """Read the table of contents; `content` reaches at least to its end.

    Raises:
        PackError: sections overlap, lie beyond the payload, or are not aligned.
    """
    if len(content) < head.table_end:
        raise PackError(Refusal.TRUNCATED)
    sections = []
    at = head.table_end
    for kind, language, offset, size, sha256 in ENTRY.iter_unpack(
        bytes(content[HEAD_BYTES : head.table_end])
    ):
        if offset % SECTION_ALIGN_BYTES or offset < at or offset + size > head.image.payload_end:
            raise PackError(Refusal.BAD_SECTION, f"section of kind {kind} at {offset}")
        sections.append(Section(kind, _text(language), offset, size, sha256))
        at = offset + size
    return sections


def read_pack(content: bytes) -> Pack:
    """Take a whole pack apart, without checking hash or signature.

    Raises:
        PackError: its tables lead astray.
    """
    head = read_head(content)
    return Pack(content, read_image(content), head, read_sections(head, content))


def _text(padded: bytes) -> str:
    """Return zero-padded ASCII as text."""
    try:
        return padded.rstrip(b"\0").decode("ascii")
    except UnicodeDecodeError as fault:
        raise PackError(Refusal.BAD_HEADER, "a name that is not ASCII") from fault

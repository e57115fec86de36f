"""MCUboot's frame around a pack: header, TLVs, hash and signature."""

from __future__ import annotations

import hashlib
import struct
from typing import NamedTuple

from allears.errors import PackError
from allears.link_contract import IMAGE_HEADER_BYTES, IMAGE_MAGIC, Refusal
from allears.packs.trust import TrustedKey

_HEADER = struct.Struct("<IIHHIIBBHI4x")
_TLV = struct.Struct("<HH")
_PROTECTED_MAGIC = 0x6908
_TLV_MAGIC = 0x6907
_KEY_HASH, _SHA256, _ED25519, _SECURITY_COUNTER = 0x01, 0x10, 0x24, 0x50


class ImageHeader(NamedTuple):
    """What MCUboot's header says; sizes in bytes."""

    payload_bytes: int
    protected_bytes: int
    version: tuple[int, int, int, int]

    @property
    def payload_end(self) -> int:
        """Offset of the first TLV."""
        return IMAGE_HEADER_BYTES + self.payload_bytes

    @property
    def version_text(self) -> str:
        """major.minor.revision, and the build number where there is one."""
        *numbers, build = self.version
        return ".".join(map(str, numbers)) + (f"+{build}" if build else "")


class Image(NamedTuple):
    """A whole image, its frame taken apart; nothing of it is checked yet but its bounds."""

    header: ImageHeader
    signed_bytes: int
    security_counter: int | None
    sha256: bytes | None
    key_hash: bytes | None
    signature: bytes | None

    def check(self, content: bytes, key: TrustedKey | None) -> None:
        """Check hash and signature of the image `content`; without a key, the hash alone.

        Raises:
            PackError: corrupt, unsigned, or not signed with `key`.
        """
        digest = hashlib.sha256(memoryview(content)[: self.signed_bytes]).digest()
        if digest != self.sha256:
            raise PackError(Refusal.CORRUPT, "it was damaged on its way, or changed after signing")
        if key is None:
            return
        if self.signature is None or self.key_hash is None:
            raise PackError(Refusal.UNSIGNED_PACK)
        if self.key_hash != key.key_hash:
            raise PackError(Refusal.WRONG_KEY)
        if not key.verifies(self.signature, digest):
            raise PackError(Refusal.BAD_SIGNATURE)


def read_image_header(content: bytes) -> ImageHeader:
    """Read the header at the start of `content`.

    Raises:
        PackError: it is none, or is not laid out as packs are.
    """
    if len(content) < IMAGE_HEADER_BYTES:
        raise PackError(Refusal.TRUNCATED)
    magic, load, header, protected, payload, _flags, *version = _HEADER.unpack_from(content)
    if magic != IMAGE_MAGIC or load or header != IMAGE_HEADER_BYTES:
        raise PackError(Refusal.NOT_A_PACK)
    major, minor, revision, build = version
    return ImageHeader(payload, protected, (major, minor, revision, build))


def read_image(content: bytes) -> Image:
    """Take the image `content`, which must end where its last TLV ends, apart.

    Raises:
        PackError: it is no image, or its tables lead beyond its end.
    """
    header = read_image_header(content)
    protected, at = _read_tlvs(content, header.payload_end, _PROTECTED_MAGIC)
    if at - header.payload_end != header.protected_bytes:
        raise PackError(Refusal.BAD_HEADER)
    signed_bytes = at
    plain, at = _read_tlvs(content, at, _TLV_MAGIC)
    if at != len(content):
        raise PackError(Refusal.BAD_HEADER, "something follows the image")
    counter = protected.get(_SECURITY_COUNTER, b"")
    return Image(
        header,
        signed_bytes,
        int.from_bytes(counter, "little") if len(counter) == 4 else None,
        plain.get(_SHA256),
        plain.get(_KEY_HASH),
        plain.get(_ED25519),
    )


def _read_tlvs(content: bytes, at: int, magic: int) -> tuple[dict[int, bytes], int]:
    """Return the TLVs whose area starts at `at`, and where it ends."""
    if at + _TLV.size > len(content):
        raise PackError(Refusal.TRUNCATED)
    found_magic, total = _TLV.unpack_from(content, at)
    if found_magic != magic or total < _TLV.size:
        raise PackError(Refusal.BAD_HEADER)
    end = at + total
    if end > len(content):
        raise PackError(Refusal.TRUNCATED)
    at += _TLV.size
    tlvs: dict[int, bytes] = {}
    while at < end:
        if at + _TLV.size > end:
            raise PackError(Refusal.BAD_HEADER)
        kind, size = _TLV.unpack_from(content, at)
        at += _TLV.size
        if at + size > end or kind in tlvs:
            raise PackError(Refusal.BAD_HEADER)
        tlvs[kind] = bytes(content[at : at + size])
        at += size
    return tlvs, end

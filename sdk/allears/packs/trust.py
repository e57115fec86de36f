"""The key whose packs a device accepts."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from allears.errors import DeviceError


class TrustedKey:
    """An ed25519 public key; `key_hash` is MCUboot's: SHA-256 of its DER form."""

    def __init__(self, public: Ed25519PublicKey) -> None:
        self._public = public
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.key_hash = hashlib.sha256(der).digest()

    @classmethod
    def load(cls, path: Path) -> TrustedKey:
        """Read a key in PEM form; of a private key, its public half.

        Raises:
            DeviceError: there is no such file, or it holds no ed25519 key.
        """
        try:
            pem = path.read_bytes()
        except OSError as fault:
            raise DeviceError(
                f"Cannot read the key {path}: {fault.strerror}.",
                "a misspelt path, or no key made yet",
                f"allears keygen -o {path}",
            ) from fault
        try:
            if b"PRIVATE KEY" in pem:
                private = load_pem_private_key(pem, None)
                public = private.public_key() if isinstance(private, Ed25519PrivateKey) else None
            else:
                found = load_pem_public_key(pem)
                public = found if isinstance(found, Ed25519PublicKey) else None
        except (ValueError, TypeError):
            public = None
        if public is None:
            raise DeviceError(
                f"{path} holds no ed25519 key in PEM form.",
                "another kind of key, a pass phrase, or a damaged file",
                "allears keygen -o key.pem",
            )
        return cls(public)

    def to_pem(self) -> bytes:
        """Return the public key in PEM form."""
        return self._public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` is this key's over `message`."""
        try:
            self._public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

"""Signing keys: ed25519, in the PEM form that imgtool reads and writes."""

from __future__ import annotations

from pathlib import Path

from imgtool import keys
from imgtool.keys.ed25519 import Ed25519

from allears_tools.packing.errors import KeyFileError


def public_path(key: Path) -> Path:
    """Where `write_key` puts the public half of `key`."""
    return key.with_suffix(".pub.pem")


def write_key(path: Path) -> Path:
    """Make a new key, write it to `path` for its owner alone, and its public half beside it.

    Returns:
        where the public half is.

    Raises:
        KeyFileError: `path` exists or cannot be written.
    """
    key = Ed25519.generate()
    public = public_path(path)
    try:
        # Never over an old key: devices in the field trust it, and it cannot be had back.
        path.touch(mode=0o600, exist_ok=False)
        key.export_private(str(path))
        key.export_public(str(public))
    except FileExistsError:
        raise KeyFileError(
            f"{path} exists already.",
            "a key was made before; devices that trust it accept no other",
            "Keep it, or give another name.",
        ) from None
    except OSError as fault:
        raise KeyFileError(
            f"Cannot write {path}: {fault.strerror}.", "", "Give another folder."
        ) from fault
    return public


def read_key(path: Path) -> Ed25519:
    """Read a private key.

    Raises:
        KeyFileError: it is missing, protected by a pass phrase, or of another kind.
    """
    try:
        key = keys.load(str(path))
    except OSError as fault:
        raise KeyFileError(
            f"Cannot read the key {path}: {fault.strerror}.",
            "a misspelt path, or no key made yet",
            f"allears keygen -o {path}",
        ) from fault
    except Exception as fault:  # imgtool and cryptography raise many kinds
        raise KeyFileError(f"{path} holds no key in PEM form.", str(fault)) from fault
    if not isinstance(key, Ed25519):
        raise KeyFileError(
            f"{path} holds no ed25519 private key.",
            "another kind of key, only its public half, or a pass phrase",
            "allears keygen -o key.pem",
        )
    return key

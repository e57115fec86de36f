"""Signing keys: made once, readable by imgtool, never written over."""

from __future__ import annotations

import stat

import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")

from allears.errors import DeviceError
from allears.packs.trust import TrustedKey
from allears_tools.cli import run
from allears_tools.packing.errors import KeyFileError
from allears_tools.packing.keys import public_path, read_key
from imgtool import keys


def test_keygen_makes_both_halves(tmp_path, capsys):
    path = tmp_path / "key.pem"
    assert run(["keygen", "-o", str(path)]) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    private = TrustedKey.load(path)
    assert private.key_hash == TrustedKey.load(public_path(path)).key_hash
    message = b"a pack"
    assert private.verifies(read_key(path).sign_digest(message), message)
    assert not private.verifies(read_key(path).sign_digest(message), b"another")


def test_an_old_key_is_kept(tmp_path, capsys):
    path = tmp_path / "key.pem"
    assert run(["keygen", "-o", str(path)]) == 0
    kept = path.read_bytes()
    assert run(["keygen", "-o", str(path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert path.read_bytes() == kept


def test_other_files_are_no_keys(tmp_path):
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    rsa = tmp_path / "ecdsa.pem"
    keys.ECDSA256P1.generate().export_private(str(rsa))
    for path in (nonsense, rsa, tmp_path / "missing.pem"):
        with pytest.raises(KeyFileError):
            read_key(path)
        with pytest.raises(DeviceError):
            TrustedKey.load(path)


def test_a_public_key_cannot_sign(public_key_path):
    with pytest.raises(KeyFileError, match="no ed25519 private key"):
        read_key(public_key_path)

"""The firmware's SHA-256 and SHA-512 are Python's, at every length around a block's end."""

from __future__ import annotations

import hashlib
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

_ROOM = Path(__file__).resolve().parents[2] / "sdk/firmware/src/crypto"


def test_hashes(compile_c: Callable[[str, list[Path], list[Path]], Path]) -> None:
    sources = [Path(__file__).with_name("hashes.c"), _ROOM / "sha256.c", _ROOM / "sha512.c"]
    program = compile_c("hashes", sources, [])
    content = random.Random(3).randbytes(400)
    lines = subprocess.run([program], input=content, capture_output=True, check=True).stdout
    for count, line in enumerate(lines.decode().splitlines()):
        part = content[:count]
        assert line.split() == [hashlib.sha256(part).hexdigest(), hashlib.sha512(part).hexdigest()]
    assert count == len(content)

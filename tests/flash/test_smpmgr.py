"""smpmgr, unmodified: a client that nobody here wrote."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from allears.packs.contents import read_pack

SMPMGR = Path(sys.executable).parent / "smpmgr"
pytestmark = pytest.mark.skipif(
    not SMPMGR.exists(), reason="smpmgr is not installed (it needs Python 3.11): .[dev]"
)
TIMEOUT_S = "15"


def smpmgr(port: str, *arguments: str) -> str:
    """Run one command and return what it printed."""
    # Two lines of 128 bytes a request, its default, would take minutes on a busy machine.
    command = [SMPMGR, "--port", port, "--timeout", TIMEOUT_S]
    command += ["--line-length", "128", "--line-buffers", "16", *arguments]
    wide = {**os.environ, "COLUMNS": "200", "TERM": "dumb"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, env=wide)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def states(port: str) -> list[dict[str, str]]:
    """What `image state-read` lists: field → value, a slot."""
    listed = smpmgr(port, "image", "state-read")
    parts = listed.split("ImageState(")[1:]
    return [dict(re.findall(r"(\w+)=\s*'?([\w.]+)", part)) for part in parts]


def test_smpmgr_does_it_all(make_device, pack_file, make_pack):
    daemon = make_device("pty")
    port = daemon.start()
    assert "r='hello'" in smpmgr(port, "os", "echo", "hello")
    assert "No images on device" in smpmgr(port, "image", "state-read")

    upload(port, pack_file("gb"), make_pack("gb"))
    assert [state["pending"] for state in states(port)] == ["True"]
    smpmgr(port, "os", "reset")
    (state,) = states(port)
    assert (state["active"], state["confirmed"]) == ("True", "False")
    smpmgr(port, "image", "state-write", "--confirm")

    upload(port, pack_file("rs", version="1.0.1"), make_pack("rs", version="1.0.1"))
    smpmgr(port, "os", "reset")
    smpmgr(port, "image", "state-write", "--confirm")
    gb, rs = states(port)
    assert (gb["version"], gb["active"], gb["confirmed"]) == ("1.0.0", "False", "False")
    assert (rs["version"], rs["active"], rs["confirmed"]) == ("1.0.1", "True", "True")

    smpmgr(port, "image", "erase", "0")
    assert "143 The slot holds the pack that runs" in smpmgr(port, "image", "erase", "1")


def upload(port: str, path: Path, content: bytes) -> None:
    """Send a pack and set it for test."""
    smpmgr(port, "image", "upload", str(path))
    smpmgr(port, "image", "state-write", read_pack(content).image_hash.hex())

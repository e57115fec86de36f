"""`allears device` says what is wrong with its folder, key or link."""

from __future__ import annotations

import json
import os
import socket

import pytest
from allears.device.daemon import run_device
from allears.device.link import open_line
from allears.device.presence import announced, present_devices
from allears.device.storage import Storage
from allears.errors import DeviceError
from allears_tools.cli import run
from allears_tools.packing.keys import public_path, write_key


def test_a_first_start_needs_a_key(tmp_path, capsys):
    assert run(["device", "--state", str(tmp_path / "new")]) == 2
    assert "trusts no key yet" in capsys.readouterr().err


def test_a_key_is_trusted_for_good(tmp_path, public_key_path):
    other = tmp_path / "other.pem"
    write_key(other)
    state = tmp_path / "state"
    with pytest.raises(DeviceError, match="no link"):
        run_device("morse", state, trust=public_key_path)
    with pytest.raises(DeviceError, match="trusts another key"):
        run_device("pty", _copy(state), trust=public_path(other))


def _copy(state):
    """A folder with the same key, that no process of this test holds."""
    again = state.with_name("again")
    again.mkdir()
    (again / "trust.pem").write_bytes((state / "trust.pem").read_bytes())
    return again


@pytest.mark.parametrize("link", ["", "pty:1", "tcp", "tcp:x", "serial"])
def test_bad_links(link, tmp_path):
    with pytest.raises(DeviceError, match="no link"):
        open_line(link, tmp_path)


def test_a_taken_port(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(DeviceError, match="Cannot listen"):
            open_line(f"tcp:{taken.getsockname()[1]}", tmp_path)
    with pytest.raises(DeviceError, match="Cannot listen"):
        open_line("tcp:99999", tmp_path)


def test_files_of_something_else(tmp_path):
    (tmp_path / "slot0.bin").write_bytes(b"short")
    with pytest.raises(DeviceError, match="is not 1048576 bytes long"):
        Storage.in_folder(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(DeviceError, match="Cannot use the folder"):
        Storage.in_folder(tmp_path / "file")


def test_who_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("ALLEARS_PORTS", str(tmp_path))
    with announced("tcp:127.0.0.1:9", "linux", tmp_path):
        (found,) = present_devices()
        assert (found["port"], found["pid"]) == ("tcp:127.0.0.1:9", os.getpid())
    assert present_devices() == []
    (tmp_path / "1.json").write_text("{")
    (tmp_path / "2.json").write_text(json.dumps({"pid": 2**22 + 1, "port": "x", "board": "y"}))
    (tmp_path / "3.json").write_text(json.dumps({"pid": os.getpid()}))
    assert present_devices() == []

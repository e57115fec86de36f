"""The cable is pulled: a clear message, an exit status, and the next command works."""

from __future__ import annotations

import pytest
from allears_tools.cli import run

from tests.flash.daemon import Daemon
from tests.monitor.cables import Cable, end_of, start, wait_for


@pytest.mark.parametrize("how", ["broken", "silent"])
def test_monitor(make_device, how):
    cable = Cable(make_device("tcp:0").start())
    process = start("monitor", "--port", cable.port, "--json")
    assert process.stdout.readline().startswith('{"kind": "sample"')
    cable.pull(how)
    status, said = end_of(process)
    assert status == 1
    assert "the device stopped answering" in said and "Check the cable" in said
    assert "Traceback" not in said
    cable.plug_in()
    assert run(["monitor", "--port", cable.port, "--json", "--seconds", "0.2"]) == 0


def test_monitor_on_a_terminal_that_goes_away(make_device):
    device = make_device("pty")
    process = start("monitor", "--port", device.start(), "--json")
    assert process.stdout.readline()
    device.kill()
    status, said = end_of(process)
    assert status == 1
    assert "error:" in said and "Traceback" not in said
    assert run(["monitor", "--port", device.start(), "--json", "--seconds", "0.2"]) == 0


def test_record(make_device, tmp_path):
    cable = Cable(make_device("tcp:0").start())
    options = ["--profile", "gb", "--speaker", "ana", "--out", str(tmp_path / "takes")]
    process = start("record", "--port", cable.port, *options)
    while "●" not in process.stdout.read(1):
        pass
    cable.pull("silent")
    status, said = end_of(process)
    assert status == 1
    assert "the device stopped answering" in said and "0 takes kept" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("how", ["broken", "silent"])
def test_flash(tmp_path, make_pack, public_key_path, how):
    pack = tmp_path / "gb.pack"
    pack.write_bytes(make_pack("gb"))
    (tmp_path / "ports").mkdir()
    device = Daemon("tcp:0", tmp_path / "device", public_key_path, tmp_path / "ports")
    try:
        cable = Cable(device.start())
        process = start("flash", str(pack), "--port", cable.port)
        wait_for(lambda: cable.passed_bytes > 150_000)
        cable.pull(how)
        status, said = end_of(process)
        assert status == 1
        assert "failed" in said and "Traceback" not in said
        assert "stopped answering" in said or "No device answers" in said
        cable.plug_in()
        before = cable.passed_bytes
        assert run(["flash", str(pack), "--port", cable.port]) == 0
        # What had arrived is not sent again; base64 takes 4 bytes for 3.
        assert cable.passed_bytes - before < len(pack.read_bytes()) * 4 / 3 - 90_000
    finally:
        device.kill()

"""`allears flash` and `allears ports`, against running devices."""

from __future__ import annotations

import asyncio
import json

import numpy as np
import pytest
from allears import Listener
from allears.audio import read_audio
from allears.errors import AllEarsError
from allears.link_contract import Refusal
from allears_tools.cli import run
from allears_tools.demo.scenes import demo_clips
from allears_tools.flash.client import DeviceClient
from allears_tools.flash.errors import DeviceRefusal, LineError
from allears_tools.flash.transports import is_port

from tests.flash.conftest import flash_once

LANGUAGE_BYTES = 128 * 1024
"""What a changed language may send."""


def json_of(capsys, arguments):
    status = run([*map(str, arguments), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_from_nothing_to_gb_to_rs(make_device, pack_file, make_pack, capsys):
    port = make_device().start()
    status, (report,) = json_of(capsys, ["flash", pack_file("gb"), "--port", port])
    assert status == 0 and report["result"] == "flashed"
    assert report["before"]["market"] == "" and report["after"]["languages"] == ["en"]
    assert report["after"]["confirmed"] and report["copied_bytes"] == 0

    status, (report,) = json_of(capsys, ["flash", pack_file("rs"), "--port", port])
    assert status == 0 and report["result"] == "flashed"
    assert (report["before"]["market"], report["after"]["market"]) == ("gb", "rs")
    assert report["sent_bytes"] <= LANGUAGE_BYTES
    assert report["sent_bytes"] + report["copied_bytes"] >= len(make_pack("rs"))

    status, (report,) = json_of(capsys, ["flash", pack_file("rs"), "--port", port])
    assert status == 0 and report["result"] == "kept" and report["sent_bytes"] == 0


def test_what_changes_is_shown_first(make_device, pack_file, capsys):
    port = make_device().start()
    assert run(["flash", str(pack_file("gb")), "--port", port, "--dry-run"]) == 0
    assert "nothing → gb 1.0.0 (en) would flash" in capsys.readouterr().out
    _, (report,) = json_of(capsys, ["flash", pack_file("gb"), "--port", port, "--dry-run"])
    assert report["result"] == "would flash" and report["before"]["market"] == ""


def test_a_market_is_built_for_the_board(make_device, key_path, capsys):
    port = make_device().start()
    arguments = ["flash", "gb", "--port", port, "--key", key_path, "--version", "1.4.2"]
    _, (report,) = json_of(capsys, arguments)
    assert report["result"] == "flashed" and report["after"]["version"] == "1.4.2"


def test_many_ports_at_once(make_device, pack_file, capsys):
    daemons = [make_device("pty", "one"), make_device("tcp:0", "two"), make_device("pty", "three")]
    started = {daemon.start() for daemon in daemons}
    _, listed = json_of(capsys, ["ports"])
    assert started <= {port["port"] for port in listed}
    daemons[2].kill()
    _, listed = json_of(capsys, ["ports"])
    emulated = [port["port"] for port in listed if port["kind"] == "emulated"]
    assert len(emulated) == 2
    each = [argument for port in emulated for argument in ("--port", port)]
    status, reports = json_of(capsys, ["flash", pack_file("rs"), *each])
    assert status == 0 and [report["result"] for report in reports] == ["flashed"] * 2


def test_all_is_every_port_that_is_listed(make_device, pack_file, monkeypatch, capsys):
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [])
    ports = {make_device("pty", "one").start(), make_device("tcp:0", "two").start()}
    status, reports = json_of(capsys, ["flash", pack_file("gb"), "--all", "--dry-run"])
    assert status == 0 and {report["port"] for report in reports} == ports


def test_one_failure_does_not_stop_the_others(make_device, pack_file, capsys):
    port = make_device().start()
    arguments = ["flash", pack_file("rs"), "--port", "tcp:127.0.0.1:1", "--port", port]
    status, reports = json_of(capsys, arguments)
    assert status == 1
    assert [report["result"] for report in reports] == ["failed", "flashed"]
    assert "No device answers on tcp:127.0.0.1:1" in reports[0]["error"]


def test_a_refusal_is_told_and_changes_nothing(make_device, pack_file, capsys):
    port = make_device().start()
    assert run(["flash", str(pack_file("gb", security_counter=5)), "--port", port]) == 0
    assert run(["flash", str(pack_file("rs", security_counter=4)), "--port", port]) == 1
    assert Refusal.OLDER_COUNTER.sentence in capsys.readouterr().out
    status, (report,) = json_of(
        capsys, ["flash", pack_file("rs", security_counter=4), "--port", port]
    )
    assert status == 1 and report["refusal"] == Refusal.OLDER_COUNTER
    assert report["before"]["market"] == "gb" and report["before"]["confirmed"]


def test_a_pack_of_another_key_is_refused(make_device, tmp_path, capsys):
    port = make_device().start()
    assert run(["keygen", "-o", str(tmp_path / "other.pem")]) == 0
    arguments = ["flash", "rs", "--port", port, "--key", tmp_path / "other.pem"]
    capsys.readouterr()
    status, (report,) = json_of(capsys, arguments)
    assert status == 1 and report["refusal"] == Refusal.WRONG_KEY


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rs"], "No port to flash"),
        (["rs", "--port", "/dev/nowhere"], "has to be built, and signed"),
        (["nowhere.pack", "--port", "/dev/nowhere"], "Cannot read nowhere.pack"),
        (["rs", "--port", "tcp:nowhere"], "'tcp:nowhere' is no port"),
    ],
)
def test_bad_input_is_told(arguments, told, ports_folder, capsys):
    assert run(["flash", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_ports_are_recognised():
    assert all(map(is_port, ["/dev/ttyUSB0", "/tmp/x/tty", "tcp:127.0.0.1:4600", "COM3"]))
    assert not any(map(is_port, ["", "tcp:", "tcp:4600", "tcp:host:99999"]))


def test_the_device_hears_what_the_listener_hears(make_device, make_pack):
    port = make_device("tcp:0").start()
    clips = {clip.text: clip for clip in demo_clips("en")}
    wake, command = (read_audio(clips[text].path) for text in ("computer", "stop"))
    audio = np.concatenate([wake, np.zeros(4000, np.int16), command, np.zeros(8000, np.int16)])
    listener = Listener("gb")
    expected = [event.to_dict() for event in listener.feed(audio) + listener.finish()]

    async def heard():
        assert (await flash_once(port, make_pack("gb"))).result == "flashed"
        client = DeviceClient(port)
        await client.connect()
        events = [await client.hear(audio.tobytes()) for _ in range(2)]
        counted = await client.counters()
        await client.disconnect()
        return events, counted

    (first, second), counted = asyncio.run(heard())
    for events in (first, second):
        assert [(event.kind, event.lang) for event in events] == [
            (event["event"], event["language"]) for event in expected
        ]
        assert [event.at_ms for event in events] == [
            round(event["time_s"] * 1000) for event in expected
        ]
    assert (counted.wakes, counted.commands) == (2, 2)
    assert counted.audio_ms == 2 * (len(audio) // 16)


def test_errors_say_what_to_do():
    for error in (
        LineError("/dev/x: gone.", "the cable", "Check it."),
        DeviceRefusal(113, Refusal.OTHER_BOARD.sentence, "/dev/x"),
    ):
        assert isinstance(error, AllEarsError) and "/dev/x" in str(error)

"""Packs: reproducible, accepted by imgtool, readable without a device, refused when damaged."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from allears import Profile
from allears.errors import PackError
from allears.link_contract import (
    SECTION_ALIGN_BYTES,
    SECTION_COMMANDS,
    SECTION_EAR,
    SECTION_GOLDEN,
    SECTION_WAKE,
    Refusal,
)
from allears.locate import models_dir

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")

from allears.packs.contents import read_pack
from allears.packs.deflated import inflate
from allears.packs.golden import Golden
from allears.packs.trust import TrustedKey
from allears_tools.cli import run
from allears_tools.packing.build import build_pack
from allears_tools.packing.errors import PackingError
from allears_tools.packing.keys import read_key, write_key

FLIPS = 500


def imgtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "imgtool", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_same_inputs_give_the_same_bytes(make_pack, key_path):
    again = build_pack(Profile.load("rs"), read_key(key_path))
    assert again == make_pack("rs")


def test_inputs_change_the_bytes(make_pack):
    packs = [make_pack("rs"), make_pack("gb"), make_pack("rs", version="1.0.1")]
    packs += [make_pack("rs", security_counter=2)]
    assert len(set(packs)) == 4


def test_imgtool_accepts_it(make_pack, key_path, public_key_path, tmp_path):
    path = tmp_path / "rs.pack"
    path.write_bytes(make_pack("rs", version="1.2.3"))
    for key in (key_path, public_key_path):
        done = imgtool("verify", "-k", key, path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Image version: 1.2.3+0" in done.stdout
        assert read_pack(path.read_bytes()).image_hash.hex() in done.stdout
    other = tmp_path / "other.pem"
    write_key(other)
    assert imgtool("verify", "-k", other, path).returncode != 0


def test_it_holds_the_models_as_they_are(make_pack):
    pack = read_pack(make_pack("rs"))
    assert pack.find(SECTION_EAR) == (models_dir() / "ear.tflite").read_bytes()
    for kind, name in ((SECTION_WAKE, "wake.tflite"), (SECTION_COMMANDS, "commands.tflite")):
        assert inflate(pack.find(kind, "sr")) == (models_dir() / "sr" / name).read_bytes()
    assert all(section.offset % SECTION_ALIGN_BYTES == 0 for section in pack.sections)


def test_packs_of_two_markets_share_the_ear(make_pack):
    gb, rs = (read_pack(make_pack(market)) for market in ("gb", "rs"))
    ears = [[s.sha256 for s in pack.sections if s.kind == SECTION_EAR] for pack in (gb, rs)]
    assert ears[0] == ears[1]


def test_every_flipped_bit_is_noticed(make_pack, public_key_path):
    key = TrustedKey.load(public_key_path)
    content = make_pack("rs")
    read_pack(content).check(key)
    random.seed(4)
    # Half of the flips in the headers, tables and signatures, where meaning is densest.
    dense = [*range(2000 * 8), *range(8 * len(content) - 200 * 8, 8 * len(content))]
    places = random.sample(dense, FLIPS // 2) + random.sample(range(8 * len(content)), FLIPS // 2)
    for place in places:
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(PackError):
            read_pack(bytes(changed)).check(key)


def test_every_truncation_is_noticed(make_pack):
    content = make_pack("rs")
    random.seed(5)
    for length in [0, 1, 31, 127, 128, *random.sample(range(len(content)), 200)]:
        with pytest.raises(PackError):
            read_pack(content[:length]).check(None)
    with pytest.raises(PackError) as refused:
        read_pack(content + b"\0")
    assert refused.value.refusal == Refusal.BAD_HEADER


def test_command_line_builds_and_shows(key_path, tmp_path, capsys):
    path = tmp_path / "rs.pack"
    assert run(["pack", "rs", "--key", str(key_path), "-o", str(path), "--version", "2.1.0"]) == 0
    capsys.readouterr()
    assert run(["pack", "--show", str(path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["market"], shown["version"], shown["board"]) == ("rs", "2.1.0", "linux")
    assert [language["language"] for language in shown["languages"]] == ["sr"]
    assert shown["languages"][0]["wake_word"] == "zdravo kućo"
    assert "stop" in shown["languages"][0]["commands"]
    assert shown["signed"] and shown["contract_matches"]
    assert run(["pack", "--show", str(path)]) == 0
    assert "Serbia (rs), version 2.1.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rs"], "A market and a key are needed"),
        (["atlantis", "--key", "KEY"], "no profile 'atlantis'"),
        (["rs", "--key", "nowhere.pem"], "Cannot read the key nowhere.pem"),
        (["rs", "--key", "KEY", "--version", "one"], "'one' is no version"),
        (["rs", "--key", "KEY", "--board", "toaster"], "no board 'toaster'"),
        (["rs", "--key", "KEY", "-o", "/nowhere/rs.pack"], "Cannot write /nowhere/rs.pack"),
        (["--show", "/nowhere/rs.pack"], "Cannot read /nowhere/rs.pack"),
        (["--show", "PUBLIC"], "ends before its tables do"),
    ],
)
def test_bad_input_is_told(arguments, told, key_path, public_key_path, capsys):
    known = {"KEY": str(key_path), "PUBLIC": str(public_key_path)}
    assert run(["pack", *(known.get(argument, argument) for argument in arguments)]) == 2
    assert told in capsys.readouterr().err


def test_too_large_a_pack_is_not_built(monkeypatch, key_path):
    monkeypatch.setattr("allears_tools.packing.build.MAX_PACK_BYTES", 100_000)
    with pytest.raises(PackingError, match="a slot 100,000"):
        build_pack(Profile.load("rs"), read_key(key_path))


def test_microcontrollers_get_layer_programs(make_pack):
    pytest.importorskip("ai_edge_litert", reason="compiling reads models with LiteRT's schema")
    linux, board = read_pack(make_pack("rs")), read_pack(make_pack("rs", board="mps2-an386"))
    assert board.head.board == "mps2-an386"
    assert board.find(SECTION_EAR) != linux.find(SECTION_EAR)
    # Each is what the board's own kernels hear.
    for pack in (linux, board):
        wake, command = Golden.decode(pack.find(SECTION_GOLDEN, "sr")).events
        assert not wake.id and command.id

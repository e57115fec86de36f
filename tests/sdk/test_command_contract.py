"""The generated grammar of numbers is what seeds/commands.yaml gives, alike in Python and C."""

from __future__ import annotations

import re

import pytest
from allears import command_contract
from allears_tools.contract import commands
from allears_tools.seeds.loading import load_commands_file


def test_generated_files_are_up_to_date():
    file = load_commands_file()
    assert commands.PYTHON_FILE.read_text() == commands.render_python(file)
    assert commands.C_FILE.read_text() == commands.render_c(file)
    assert commands.main(["--check"]) == 0


def test_python_and_c_agree():
    text = commands.C_FILE.read_text()
    rows = [
        (id, *map(int, numbers.split(", ")))
        for id, numbers in re.findall(r'X\("(\w+)", (.+?)\)', text)
    ]
    digits = list(command_contract.DIGITS.items())
    numbers = [(id, *most) for id, most in command_contract.NUMBERS.items()]
    assert rows == digits + numbers
    for name in ("NUMBER_GAP_MS", "NUMBER_HOLD_OFF_MS"):
        assert f"#define ALLEARS_{name} {getattr(command_contract, name)}\n" in text


@pytest.mark.parametrize("name", ["PYTHON_FILE", "C_FILE"])
def test_stale_files_are_found(tmp_path, monkeypatch, name, capsys):
    stale = tmp_path / "contract"
    stale.write_text("NUMBER_GAP_MS = 1\n")
    monkeypatch.setattr(commands, name, stale)
    assert commands.main(["--check"]) == 1
    assert str(stale) in capsys.readouterr().out

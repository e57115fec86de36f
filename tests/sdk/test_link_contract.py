"""The link's contract is what link.yaml gives, and says the same in both languages."""

from __future__ import annotations

import re

from allears import link_contract
from allears.link_contract import Refusal
from allears_tools.contract import link


def test_generated_files_are_up_to_date():
    assert link.main(["--check"]) == 0


def test_python_and_c_agree():
    header = link.C_FILE.read_text()
    defines = dict(re.findall(r"#define ALLEARS_(\w+) (0x[0-9A-F]+u|\d+|\".*\")\n", header))
    for name, value in defines.items():
        if name.startswith("REFUSAL_"):
            assert Refusal[name.removeprefix("REFUSAL_")] == int(value)
        elif value.startswith('"'):
            assert getattr(link_contract, name) == value.strip('"')
        else:
            assert getattr(link_contract, name) == int(value.rstrip("u"), 0)
    assert len(defines) > 100


def test_every_refusal_has_its_own_code_and_sentence():
    sentences = [refusal.sentence for refusal in Refusal]
    assert len(set(sentences)) == len(sentences)
    for refusal in Refusal:
        assert f'X(ALLEARS_REFUSAL_{refusal.name}, {refusal.rc}, "{refusal.sentence}")' in (
            link.C_FILE.read_text()
        )


def test_voice_group_is_in_the_range_for_users():
    assert link_contract.GROUP_VOICE >= 64


def test_stale_files_are_found(tmp_path, monkeypatch):
    stale = tmp_path / "link_contract.py"
    stale.write_text("SLOT_BYTES = 1\n")
    monkeypatch.setattr(link, "PYTHON_FILE", stale)
    assert link.main(["--check"]) == 1

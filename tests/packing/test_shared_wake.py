"""Languages with one wake word: the pack holds its model once; each language's clip is heard."""

from __future__ import annotations

import msgspec
import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")

from allears import Profile
from allears.link_contract import SECTION_WAKE, SECTION_WAKE_MANIFEST, SECTION_WAKE_RULE
from allears.packs.contents import Pack, read_pack
from allears.packs.running import self_tested_listener
from allears_tools.demo.scenes import demo_clips
from allears_tools.packing import golden
from allears_tools.packing.build import build_pack
from allears_tools.packing.keys import read_key

BOARDS = ["linux", "mps2-an386"]


@pytest.fixture(params=BOARDS)
def pack(request, key_path, monkeypatch) -> Pack:
    """English and Serbian, both behind "computer"."""
    if request.param != "linux":
        pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [board]")
    english, serbian = Profile.load("gb"), Profile.load("rs").languages[0]
    serbian = msgspec.structs.replace(serbian, wake_words=["computer"])
    profile = msgspec.structs.replace(english, languages=[*english.languages, serbian])
    said = [clip for clip in demo_clips("en") if clip.text == "computer"][:2]
    clips = {"en": demo_clips("en"), "sr": [*said, *demo_clips("sr")]}
    monkeypatch.setattr(golden, "demo_clips", clips.__getitem__)
    return read_pack(build_pack(profile, read_key(key_path), board=request.param))


def test_the_model_stands_once(pack: Pack) -> None:
    kinds = [(section.kind, section.language) for section in pack.sections]
    assert [language for kind, language in kinds if kind == SECTION_WAKE] == ["en"]
    assert [language for kind, language in kinds if kind == SECTION_WAKE_RULE] == ["en", "sr"]
    manifests = [language for kind, language in kinds if kind == SECTION_WAKE_MANIFEST]
    assert manifests == (["en"] if pack.head.board == "linux" else [])
    assert pack.languages == ["en", "sr"]


@pytest.mark.parametrize("pack", ["linux"], indirect=True)
def test_both_clips_are_heard(pack: Pack) -> None:
    listener = self_tested_listener(pack)
    assert [entry.language for entry in listener.profile.languages] == ["en", "sr"]

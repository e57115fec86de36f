"""A change of language sends 128 KB at most, whatever the language and the board."""

from __future__ import annotations

import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")
pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [board]")

from allears import Profile
from allears.languages import available_languages, missing_models
from allears.link_contract import SECTION_EAR, SECTOR_BYTES
from allears.locate import models_dir, profiles_dir
from allears.packs.contents import Pack, read_pack
from allears.packs.golden import Golden
from allears_tools.packing import sections
from allears_tools.packing.build import build_pack
from allears_tools.packing.golden import MAX_CLIP_S
from allears_tools.packing.keys import read_key

LANGUAGE_BYTES = 128 * 1024
_SAMPLES = round(MAX_CLIP_S * 16000)


def _markets() -> list[str]:
    """Those of one language, with models."""
    profiles = [Profile.load(path.stem) for path in sorted(profiles_dir().glob("*.yaml"))]
    return [
        profile.country
        for profile in profiles
        if len(profile.languages) == 1
        and not missing_models(profile, profile.languages[0], models_dir())
    ]


def test_every_language_with_models_has_a_market() -> None:
    found = {Profile.load(market).languages[0].language for market in _markets()}
    # India, Israel, Kenya and Malaysia have another language beside theirs.
    several = {"hi", "he", "sw", "ms"}
    assert found | several >= set(available_languages(models_dir()))


@pytest.mark.parametrize("board", ["linux", "mps2-an386"])
@pytest.mark.parametrize("market", _markets())
def test_a_change_sends_little(market: str, board: str, key_path, monkeypatch) -> None:
    """The ear is on the device; the rest of the pack comes over the link, a whole clip included."""
    longest = Golden(_SAMPLES, 500, 900, [], bytes(_SAMPLES // 2))
    monkeypatch.setattr(sections, "choose_golden", lambda *_: longest)
    pack = read_pack(build_pack(Profile.load(market), read_key(key_path), board=board))
    # A section is copied from where it stands; a request that is under way is sent all the same.
    assert len(pack.content) - _ear_bytes(pack) + SECTOR_BYTES <= LANGUAGE_BYTES


def _ear_bytes(pack: Pack) -> int:
    return sum(section.size_bytes for section in pack.sections if section.kind == SECTION_EAR)

"""A pack whose listener does not fit into the board's memory is refused at the desk."""

from __future__ import annotations

import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")
pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [board]")

from allears.locate import models_dir
from allears.native.listener import NativeListener
from allears.packs.golden import Golden
from allears.profile import load_board
from allears_tools.firmware.check import named_profile
from allears_tools.firmware.library import use_fresh_library
from allears_tools.packing import build, sections
from allears_tools.packing.errors import PackingError
from allears_tools.packing.forms import form_for
from allears_tools.packing.keys import read_key
from allears_tools.packing.memory import listener_bytes

BOARD = "mps2-an386"


@pytest.fixture(autouse=True)
def no_golden_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choosing clips takes its time, and memory does not depend on them."""
    clip = Golden(0, 0, 0, [], b"")
    monkeypatch.setattr(sections, "choose_golden", lambda *_: clip)


def sections_of(market: str) -> list[sections.SectionContent]:
    form, linux = form_for(load_board(BOARD))
    profile = named_profile(market)
    return sections.build_sections(profile, BOARD, "1.0.0", models_dir(), form, linux=linux)


def test_the_desk_counts_as_the_runtime_does() -> None:
    """But for pointers, which take 8 bytes here and 4 on a board."""
    if reason := use_fresh_library():
        pytest.skip(reason)
    markets = ("gb", "gb+rs", "gb+rs+de+fr")
    apart = {
        NativeListener(named_profile(market)).memory_bytes - listener_bytes(sections_of(market))
        for market in markets
    }
    assert len(apart) == 1 and 0 < apart.pop() < 2048


def test_four_languages_are_refused(key_path) -> None:
    with pytest.raises(PackingError, match="bytes of RAM") as refused:
        build.build_pack(named_profile("gb+rs+de+fr"), read_key(key_path), board=BOARD)
    assert "4 languages" in str(refused.value) and "Take a language out" in str(refused.value)


def test_three_languages_and_linux_boards_are_not(key_path) -> None:
    build.build_pack(named_profile("gb+rs+de"), read_key(key_path), board=BOARD)
    build.build_pack(named_profile("gb+rs+de+fr"), read_key(key_path), board="linux")

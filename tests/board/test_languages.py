"""Several languages on a board: with one wake word, and more than its memory holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from allears import Profile
from allears.link_contract import Refusal
from allears.packs.contents import Pack, read_pack
from allears.packs.golden import Golden
from allears_tools.demo.scenes import demo_clips
from allears_tools.firmware.check import named_profile
from allears_tools.packing import build, golden, sections
from allears_tools.packing.keys import read_key

from tests.board.boards import EmulatedBoard

MACHINE = "mps2-an386"


@pytest.fixture
def empty_board(make_board: Callable[..., EmulatedBoard], an386_firmware: Path) -> EmulatedBoard:
    return make_board(MACHINE, an386_firmware)


@pytest.fixture
def build_pack(key_path: Path) -> Callable[[Profile], Pack]:
    key = read_key(key_path)
    return lambda profile: read_pack(build.build_pack(profile, key, board=MACHINE))


def test_one_wake_word_for_two_languages(
    empty_board: EmulatedBoard,
    build_pack: Callable[[Profile], Pack],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The board hears the second language's golden clip behind the first one's wake model."""
    english, serbian = Profile.load("gb"), Profile.load("rs").languages[0]
    serbian = msgspec.structs.replace(serbian, wake_words=["computer"])
    said = [clip for clip in demo_clips("en") if clip.text == "computer"][:2]
    clips = {"en": demo_clips("en"), "sr": [*said, *demo_clips("sr")]}
    monkeypatch.setattr(golden, "demo_clips", clips.__getitem__)
    profile = msgspec.structs.replace(english, languages=[*english.languages, serbian])
    report = empty_board.flash(build_pack(profile))
    assert report.result == "flashed", report.error
    assert empty_board.status().languages == ["en", "sr"]


def test_more_languages_than_memory_are_refused(
    empty_board: EmulatedBoard,
    build_pack: Callable[[Profile], Pack],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a desk would send that does not look first."""
    monkeypatch.setattr(build, "check_memory", lambda *_: None)
    monkeypatch.setattr(sections, "choose_golden", lambda *_: Golden(0, 0, 0, [], b""))
    report = empty_board.flash(build_pack(named_profile("gb+rs+de+fr")))
    assert (report.result, report.refusal) == ("failed", Refusal.TOO_LITTLE_MEMORY)
    assert Refusal.TOO_LITTLE_MEMORY.sentence in report.error
    assert empty_board.status().market == ""

"""A wake model's verifier goes into the pack with it, and its listener hears by it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")
pytest.importorskip("torch", reason="verifiers are made with the extra [train]")

from allears import Listener, Profile, verifier
from allears.link_contract import (
    SECTION_GOLDEN,
    SECTION_NAMES,
    SECTION_VERIFIER,
    SECTION_VERIFIER_MANIFEST,
    SECTION_WAKE_RULE,
)
from allears.native.listener import NativeListener
from allears.packs.contents import Pack, read_pack
from allears.packs.deflated import inflate
from allears.packs.golden import Golden
from allears.packs.profile_rules import wake_rule
from allears.packs.rules import WakeRule
from allears.packs.running import listener_of, self_tested_listener
from allears.profile import load_board
from allears_tools.firmware.library import use_fresh_library
from allears_tools.packing import sections
from allears_tools.packing.build import build_pack
from allears_tools.packing.forms import form_for
from allears_tools.packing.keys import read_key
from allears_tools.packing.memory import listener_bytes
from allears_tools.packing.show import describe

from tests.verifiers import add_verifier, change_verifier, models_without_verifiers

BOARD = "mps2-an386"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Models without a verifier."""
    return models_without_verifiers(tmp_path / "models", "en", "sr")


@pytest.fixture
def models(plain: Path) -> Path:
    """English with a verifier, and Serbian without."""
    add_verifier(plain, "en", probability_cutoff=0.2)
    return plain


def bilingual(serbian_word: str = "zdravo kućo") -> Profile:
    english, serbian = Profile.load("gb"), Profile.load("rs").languages[0]
    serbian = msgspec.structs.replace(serbian, wake_words=[serbian_word])
    return msgspec.structs.replace(english, languages=[*english.languages, serbian])


def packed(profile: Profile, models: Path, key_path: Path, board: str = "linux") -> Pack:
    return read_pack(build_pack(profile, read_key(key_path), board=board, models=models))


def named_kinds(pack: Pack, language: str) -> list[str]:
    return [SECTION_NAMES[s.kind] for s in pack.sections if s.language == language]


def test_it_stands_after_its_wake_model(models: Path, key_path: Path) -> None:
    pack = packed(bilingual(), models, key_path)
    both = ["wake", "wake_manifest", "verifier", "verifier_manifest", "wake_rule"]
    assert named_kinds(pack, "en")[:5] == both
    assert named_kinds(pack, "sr")[:3] == ["wake", "wake_manifest", "wake_rule"]
    model = (models / "en" / verifier.MODEL).read_bytes()
    assert inflate(pack.find(SECTION_VERIFIER, "en")) == model
    manifest = (models / "en" / verifier.MANIFEST).read_bytes()
    assert pack.find(SECTION_VERIFIER_MANIFEST, "en") == manifest
    assert [language["verified"] for language in describe(pack)["languages"]] == [True, False]
    board = packed(bilingual(), models, key_path, BOARD)
    assert named_kinds(board, "en")[:3] == ["wake", "verifier", "wake_rule"]


def test_a_packed_listener_hears_by_it(models: Path, key_path: Path) -> None:
    pack = packed(Profile.load("gb"), models, key_path)
    golden = Golden.decode(pack.find(SECTION_GOLDEN, "en"))
    heard = self_tested_listener(pack).feed(golden.audio())
    assert heard == Listener("gb", models=models).feed(golden.audio())
    # It is the pack's own verifier that is asked.
    (section,) = [s for s in pack.sections if s.kind == SECTION_VERIFIER_MANIFEST]
    change_verifier(models, "en", probability_cutoff=0.9)
    manifest = (models / "en" / verifier.MANIFEST).read_bytes()
    assert len(manifest) == section.size_bytes
    content = pack.content[: section.offset] + manifest + pack.content[section.end :]
    assert not listener_of(pack._replace(content=content)).feed(golden.audio())


def test_languages_with_one_wake_word_share_it(models: Path, monkeypatch) -> None:
    monkeypatch.setattr(sections, "choose_golden", lambda *_: Golden(0, 0, 0, [], b""))
    form, _ = form_for(load_board("linux"))
    shared = bilingual("computer")
    made = sections.build_sections(shared, "linux", "1.0.0", models, form, linux=True)
    assert [s.language for s in made if s.kind == SECTION_VERIFIER] == ["en"]
    rules = [WakeRule.decode(s.content) for s in made if s.kind == SECTION_WAKE_RULE]
    assert rules[0] == rules[1]


def test_the_desk_counts_as_the_runtime_does(models: Path, monkeypatch) -> None:
    """Verifiers lie where heads do, and heads of other wake words in one place."""
    pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [board]")
    if reason := use_fresh_library():
        pytest.skip(reason)
    monkeypatch.setattr(sections, "choose_golden", lambda *_: Golden(0, 0, 0, [], b""))
    form, linux = form_for(load_board(BOARD))
    apart = set()
    for word in ("zdravo kućo", "zdravo kućo", "computer"):
        profile = bilingual(word)
        made = sections.build_sections(profile, BOARD, "1.0.0", models, form, linux=linux)
        native = NativeListener(profile, models=models)
        apart.add(native.memory_bytes - listener_bytes(made))
        add_verifier(models, "sr")
    assert len(apart) == 1 and 0 < apart.pop() < 2048


def test_the_rule_decides_as_the_verifier_does(models: Path) -> None:
    entry = Profile.load("gb").languages[0]
    for given in (None, 0.0, 0.5, 0.97, 0.98, 1.0):
        entry.thresholds.wake = given
        rule = wake_rule(entry, models / "en")
        cutoff = 0.2 if given is None else given
        assert WakeRule.decode(rule.encode()) == rule
        assert rule.verifier_window_steps == 5
        for total in range(max(0, rule.verifier_limit - 3), rule.verifier_limit + 4):
            assert (total > rule.verifier_limit) == (total > cutoff * 256 * 5)
        # The profile's threshold is the verifier's.
        assert rule.limit == int(0.3 * 256 * rule.window_steps)


def test_a_rule_without_a_verifier_is_what_it_was(plain: Path) -> None:
    rule = wake_rule(Profile.load("rs").languages[0], plain / "sr")
    assert (rule.verifier_window_steps, rule.verifier_limit) == (0, 0)
    content = rule.encode()
    assert content[2:4] == bytes(2) and content[8:16] == bytes(8)

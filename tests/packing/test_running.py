"""A listener out of a pack hears as one out of the models' folder; the golden clip decides."""

from __future__ import annotations

import shutil

import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")

from allears import Command, Listener, Profile, Wake
from allears.errors import PackError
from allears.link_contract import (
    GOLDEN_TOLERANCE_MS,
    NO_LIMIT,
    SECTION_COMMAND_RULE,
    SECTION_GOLDEN,
    SECTION_LISTENING,
    SECTION_WAKE_RULE,
    Refusal,
)
from allears.packs.contents import read_pack
from allears.packs.golden import Golden
from allears.packs.profile_rules import command_rule, wake_rule
from allears.packs.rules import CommandRule, ListeningRule, WakeRule
from allears.packs.running import (
    listener_of,
    open_listener,
    packed_profile,
    self_tested_listener,
)
from allears.packs.trust import TrustedKey


@pytest.mark.parametrize("market", ["gb", "rs"])
def test_the_golden_clip_is_heard(make_pack, market):
    pack = read_pack(make_pack(market))
    listener = self_tested_listener(pack)
    golden = Golden.decode(pack.find(SECTION_GOLDEN, pack.languages[0]))
    heard = listener.feed(golden.audio())
    assert [type(event) for event in heard] == [Wake, Command]
    assert heard == Listener(market).feed(golden.audio())


def test_a_listener_out_of_a_file(make_pack, key_path, tmp_path):
    path = tmp_path / "rs.pack"
    path.write_bytes(make_pack("rs"))
    assert open_listener(path, TrustedKey.load(key_path)).profile == Profile.load("rs")
    path.write_bytes(make_pack("rs")[:-1])
    with pytest.raises(PackError):
        open_listener(path)
    path.write_bytes(make_pack("rs", board="mps2-an386"))
    with pytest.raises(PackError):
        open_listener(path)


def test_the_profile_is_whole(make_pack):
    assert packed_profile(read_pack(make_pack("rs"))) == Profile.load("rs")


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event._replace(id="open"),
        lambda event: event._replace(time_ms=event.time_ms + GOLDEN_TOLERANCE_MS + 1),
        lambda event: event._replace(kind=9),
    ],
)
def test_another_event_fails_the_self_test(make_pack, change):
    pack = read_pack(make_pack("rs"))
    listener = listener_of(pack)
    golden = Golden.decode(pack.find(SECTION_GOLDEN, "sr"))
    wake, command = golden.events
    assert golden.heard_by(listener, "sr")
    assert not golden._replace(events=[wake, change(command)]).heard_by(listener, "sr")
    assert not golden._replace(events=[wake]).heard_by(listener, "sr")
    assert not golden._replace(events=[wake, command, command]).heard_by(listener, "sr")
    assert not golden.heard_by(listener, "en")


def test_a_pack_without_a_section_is_refused(make_pack):
    pack = read_pack(make_pack("rs"))
    fewer = [section for section in pack.sections if section.kind != SECTION_GOLDEN]
    with pytest.raises(PackError) as refused:
        self_tested_listener(pack._replace(sections=fewer))
    assert refused.value.refusal == Refusal.BAD_SECTION


def test_rules_come_back_as_written(make_pack):
    pack = read_pack(make_pack("rs"))
    for kind, language, form in (
        (SECTION_LISTENING, "", ListeningRule),
        (SECTION_WAKE_RULE, "sr", WakeRule),
        (SECTION_COMMAND_RULE, "sr", CommandRule),
        (SECTION_GOLDEN, "sr", Golden),
    ):
        content = pack.find(kind, language)
        assert form.decode(content).encode() == content
        with pytest.raises(PackError):
            form.decode(content[:-1])


def test_wake_rule_decides_as_the_detector_does(tmp_path):
    for name in ("wake.json", "wake.tflite"):  # alone: with a verifier the cutoff is that one's
        shutil.copy(_models() / "sr" / name, tmp_path)
    profile = Profile.load("rs")
    for cutoff in (0.0, 0.5, 0.97, 0.98, 1.0, 2007 / 2048):
        entry = profile.languages[0]
        entry.thresholds.wake = cutoff
        rule = wake_rule(entry, tmp_path)
        full_scale = 256 * rule.window_steps
        for total in range(max(0, rule.limit - 3), rule.limit + 4):
            assert (total > rule.limit) == (total / full_scale > cutoff)


def test_command_rule_has_the_profiles_limits():
    profile = Profile.load("rs")
    profile.commands = ["stop", "louder"]
    entry = profile.languages[0]
    entry.thresholds.commands = {"stop": 0.9}
    rule = command_rule(profile, entry, _models() / "sr")
    known = {found.id: found for found in rule.classes}
    assert known["stop"].limit == -(-9 * 256 * rule.smoothing_frames // 10)
    assert known["open"].limit == NO_LIMIT
    assert known["digit_7"].digit == 7 and known["stop"].digit is None
    assert known["louder"].number_digits[1] >= 1


def _models():
    from allears.locate import models_dir

    return models_dir()

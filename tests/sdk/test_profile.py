"""Profiles: the shipped ones are sound, broken ones are told by file and line."""

from __future__ import annotations

import pytest
from allears.errors import ProfileError
from allears.locate import profiles_dir
from allears.profile import Profile, load_board, profile_codes
from allears_tools.seeds import load_commands, load_language

GB = (profiles_dir() / "gb.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", profile_codes())
def test_shipped_profiles_are_sound(code):
    profile = Profile.load(code)
    assert profile.country == code
    known = {command.id for command in load_commands()}
    wake_words = {load_language(entry.language).wake.text for entry in profile.languages}
    for entry in profile.languages:
        assert wake_words & {*entry.wake_words}
        assert known >= {*profile.commands, *entry.thresholds.commands}


def test_boards_are_sound():
    names = [path.stem for path in (profiles_dir() / "boards").glob("*.yaml")]
    assert {"linux", "mps2-an386"} <= set(names)
    for name in names:
        assert load_board(name).ram_bytes > 0


def test_a_path_serves_as_well_as_a_code(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GB, encoding="utf-8")
    assert Profile.load(path) == Profile.load("gb") == Profile.load(str(path))


@pytest.mark.parametrize(
    "old,new,line,says",
    [
        ("country: gb", "country: [gb", 3, "expected"),
        ("country: gb", "country: GBR", 2, "country"),
        ("version: 1", "version: 2", 1, "version"),
        ("wake_words: [computer]", "wake_words: []", 6, "wake_words"),
        ("wake_words: [computer]", "wake_word: computer", 5, "wake_word"),
        ("temperature: celsius", "temperature: kelvin", 13, "units.temperature"),
        ("vad_aggressiveness: 1", "vad_aggressiveness: 4", 15, "vad_aggressiveness"),
        ("name: United Kingdom\n", "", 1, "name"),
        ("commands: []", "commands: all", 11, "commands"),
        ("board: linux", "numbers: {warmer: {min_digits: 0, max_digits: 2}}", 12, "min_digits"),
    ],
)
def test_faults_are_told_with_file_and_line(tmp_path, old, new, line, says):
    assert old in GB
    path = tmp_path / "gb.yaml"
    path.write_text(GB.replace(old, new), encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        Profile.load(path)
    assert caught.value.what.startswith(f"{path}:{line}: ")
    assert says in caught.value.what
    assert caught.value.cause and caught.value.remedy


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- a\n- b\n", b"just words"])
def test_files_that_are_no_profile(tmp_path, content):
    path = tmp_path / "gb.yaml"
    path.write_bytes(content)
    with pytest.raises(ProfileError, match=r"gb\.yaml"):
        Profile.load(path)


def test_digits_of_numbers(tmp_path):
    path = tmp_path / "gb.yaml"
    numbers = "numbers: {warmer: {min_digits: 2, max_digits: 2}}"
    path.write_text(f"{GB}\n{numbers}\n", encoding="utf-8")
    assert Profile.load(path).number_digits == {"warmer": (2, 2)}
    path.write_text(GB + numbers.replace("warmer", "stop"), encoding="utf-8")
    with pytest.raises(ProfileError, match=r"'stop', which takes no number(.|\n)*warmer"):
        Profile.load(path)
    path.write_text(GB + numbers.replace("min_digits: 2", "min_digits: 3"), encoding="utf-8")
    with pytest.raises(ProfileError, match="3 digits of 'warmer' at least, but 2 at most"):
        Profile.load(path)


def test_unknown_board_and_doubled_language(tmp_path):
    path = tmp_path / "gb.yaml"
    path.write_text(GB.replace("board: linux", "board: toaster"), encoding="utf-8")
    with pytest.raises(ProfileError, match=r"no board 'toaster'(.|\n)*linux, mps2-an386"):
        Profile.load(path)
    language = GB[GB.index("  - language") : GB.index("commands:")]
    path.write_text(GB.replace(language, language * 2), encoding="utf-8")
    with pytest.raises(ProfileError, match="twice"):
        Profile.load(path)

"""Fetching Debian's recordings, with and without what that takes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from allears import Profile
from allears_tools.demo import asterisk, command
from allears_tools.demo.asterisk import people, recordings
from allears_tools.demo.errors import RecordingsUnavailable
from allears_tools.seeds import load_language, match_command
from rich.console import Console

PERSON = people()["en"]


def _package(folder: Path, names: list[str]) -> Path:
    """A Debian package with empty sound files, as apt-get would leave it."""
    tree = folder / "tree"
    sounds = tree / "usr/share/asterisk/sounds" / PERSON.folder
    for name in names:
        (sounds / name).parent.mkdir(parents=True, exist_ok=True)
        (sounds / f"{name}.wav").touch()
    (tree / "DEBIAN").mkdir()
    control = f"Package: {PERSON.package}\nVersion: 1\nArchitecture: all\n"
    (tree / "DEBIAN/control").write_text(control + "Maintainer: a <a@b>\nDescription: test\n")
    package = folder / f"{PERSON.package}_1_all.deb"
    subprocess.run(["dpkg-deb", "-b", tree, package], check=True, capture_output=True)
    return package


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The folders that were downloaded into, instead of downloading."""
    if not shutil.which("dpkg-deb") or not shutil.which("apt-get"):
        pytest.skip("no Debian: dpkg-deb or apt-get is missing")
    package = _package(tmp_path, list(PERSON.said))
    calls: list[Path] = []

    def download(name: str, work: Path) -> Path:
        assert name == PERSON.package
        calls.append(work)
        return package

    monkeypatch.setattr(asterisk, "_download", download)
    return calls


def test_recordings_are_fetched_once(fetched: list[Path], tmp_path: Path) -> None:
    first = recordings(PERSON, tmp_path / "cache")
    assert list(first.values()) == list(PERSON.said.values())
    assert recordings(PERSON, tmp_path / "cache") == first
    assert len(fetched) == 1
    assert list((tmp_path / "cache/demo").iterdir()) == [tmp_path / "cache/demo" / PERSON.package]


def test_a_damaged_cache_is_told(fetched: list[Path], tmp_path: Path) -> None:
    next(iter(recordings(PERSON, tmp_path / "cache"))).unlink()
    with pytest.raises(RecordingsUnavailable, match=r"lacks .*0\.wav"):
        recordings(PERSON, tmp_path / "cache")


def test_no_network_is_told_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_network(*args: object, **options: object) -> None:
        raise subprocess.CalledProcessError(100, "apt-get", stderr="E: Could not resolve host")

    monkeypatch.setattr(asterisk.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(asterisk.subprocess, "run", no_network)
    with pytest.raises(RecordingsUnavailable, match="Could not resolve host"):
        recordings(PERSON, tmp_path)
    assert list((tmp_path / "demo").iterdir()) == []


def test_no_debian_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(asterisk.shutil, "which", lambda name: None)
    with pytest.raises(RecordingsUnavailable, match="this is no Debian"):
        recordings(PERSON, tmp_path)


def test_without_recordings_the_demo_falls_back_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unavailable(entry: object, person: object) -> None:
        raise RecordingsUnavailable("nothing fetched", "no network", "find one")

    monkeypatch.setattr(command, "person_section", unavailable)
    (english,) = Profile.load("gb").languages
    section = command._person(english, PERSON, offline=False, console=Console(width=200))
    assert "No recordings of a person: nothing fetched" in capsys.readouterr().out
    assert not section.real and "could not be fetched" in section.title


def test_people_say_digits_and_other_words_that_the_seeds_know() -> None:
    for language, person in people().items():
        seed = load_language(language)
        commands = [match_command(seed, text) for text in person.said.values()]
        assert {f"digit_{number}" for number in range(10)} <= set(commands), language
        assert None in commands, "something must not fire"

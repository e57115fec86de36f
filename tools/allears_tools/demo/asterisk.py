"""Recordings of people that every Debian can fetch: the packages asterisk-core-sounds-*-wav.

One studio speaker a language, 8 kHz. `apt-get download` needs no root; a package is unpacked into
the cache and never installed. `people.yaml` tells what is said in which file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import msgspec
import yaml

from allears_tools.demo.errors import RecordingsUnavailable

_SOUNDS = Path("usr/share/asterisk/sounds")
_TIMEOUT_S = 150
_NETWORK = ["-o", "Acquire::http::Timeout=15", "-o", "Acquire::Retries=0"]


class Person(msgspec.Struct, frozen=True):
    """One package: who speaks, and the file of each text."""

    package: str
    folder: str
    speaker: str
    licence: str
    said: dict[str, str]


def people() -> dict[str, Person]:
    """Language → its package; most have none."""
    text = resources.files(__package__).joinpath("people.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, Person])


def recordings(person: Person, cache: Path) -> dict[Path, str]:
    """The recordings, fetched at the first call, and what is said in each.

    Args:
        person: whose.
        cache: folder the package is unpacked under.

    Raises:
        RecordingsUnavailable: no Debian, no network, or another package than was expected.
    """
    folder = cache / "demo" / person.package
    if not folder.is_dir():
        _fetch(person.package, folder)
    sounds = folder / _SOUNDS / person.folder
    found = {sounds / f"{name}.wav": text for name, text in person.said.items()}
    missing = [str(path) for path in found if not path.is_file()]
    if missing:
        raise RecordingsUnavailable(
            f"{person.package} lacks {missing[0]}",
            "the package has changed, or its cache is damaged",
            f"delete {folder} and run the demo again",
        )
    return found


def _fetch(name: str, folder: Path) -> None:
    """Download and unpack the package; `folder` appears only once it is whole."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise RecordingsUnavailable(
            f"{name} cannot be fetched",
            "this is no Debian: apt-get or dpkg-deb is missing",
            "run the demo with your own recording: make demo AUDIO=file.wav",
        )
    work = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    try:
        work.mkdir(parents=True)
        package = _download(name, work)
        _run(["dpkg-deb", "-x", str(package), str(work / "tree")], name, work)
        (work / "tree").rename(folder)
    except OSError as error:
        if not folder.is_dir():  # another run may have been faster
            raise RecordingsUnavailable(
                f"{name} cannot be unpacked: {error}",
                "the cache folder is full or not writable",
                "set ALLEARS_CACHE to a folder of yours",
            ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _download(name: str, work: Path) -> Path:
    """The package's file, by the system's lists or, where those are empty, by lists of our own."""
    download = ["apt-get", *_NETWORK, "download", name]
    try:
        _run(download, name, work)
    except RecordingsUnavailable as first:
        (work / "lists" / "partial").mkdir(parents=True)
        (work / "apt" / "archives" / "partial").mkdir(parents=True)
        own = ["-o", f"Dir::State::lists={work / 'lists'}", "-o", f"Dir::Cache={work / 'apt'}"]
        try:
            _run(["apt-get", *_NETWORK, *own, "update", "--error-on=any"], name, work)
        except RecordingsUnavailable:
            raise first from None
        _run([*download, *own], name, work)
    packages = list(work.glob(f"{name}_*.deb"))
    if not packages:
        raise RecordingsUnavailable(
            f"{name} was not downloaded", "apt-get gave no file", "run `apt-get update` first"
        )
    return packages[0]


def _run(command: list[str], name: str, work: Path) -> None:
    try:
        subprocess.run(
            command, cwd=work, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired as error:
        raise RecordingsUnavailable(
            f"{name} cannot be fetched", f"no answer in {_TIMEOUT_S} s", "check the network"
        ) from error
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or error.stdout or "").strip().splitlines()
        said = [line for line in lines if line.startswith("E:")] or lines[-1:]
        raise RecordingsUnavailable(
            f"{name} cannot be fetched",
            said[0] if said else f"`{' '.join(command[:2])}` failed",
            "check the network and /etc/apt/sources.list",
        ) from error

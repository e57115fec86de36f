"""Small packs and the simulator, compiled once a session with the sanitizers."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from allears.link_contract import SECTION_EAR, SECTION_MANIFEST, SECTION_WAKE
from allears_tools.firmware.errors import BuildError
from allears_tools.firmware.sources import fetch_sources
from allears_tools.packing.build import lay_out, sign
from allears_tools.packing.sections import SectionContent
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from imgtool.keys.ed25519 import Ed25519

_ROOT = Path(__file__).resolve().parents[2]
_FIRMWARE = _ROOT / "sdk/firmware"
_THIRD_PARTY = _ROOT / "build/third_party"

BOARD = "test-board"

SANITIZED = ["-g", "-O2", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


class PackMaker(NamedTuple):
    """Signs packs whose models are noise of a chosen size."""

    key: Ed25519

    def make(
        self,
        wake: bytes,
        *,
        counter: int = 1,
        board: str = BOARD,
        key: Ed25519 | None = None,
        ear: bytes = bytes(range(256)) * 40,
        signed: bool = True,
    ) -> bytes:
        sections = [
            SectionContent(SECTION_MANIFEST, "", b"manifest"),
            SectionContent(SECTION_EAR, "", ear),
            SectionContent(SECTION_WAKE, "en", wake),
        ]
        payload = lay_out(sections, board, "gb", counter)
        return sign(payload, (key or self.key) if signed else None, "1.0.0", counter)


@pytest.fixture(scope="session")
def maker() -> PackMaker:
    return PackMaker(Ed25519.generate())


@pytest.fixture(scope="session")
def third_party() -> Path:
    try:
        fetch_sources(_THIRD_PARTY)
    except BuildError as error:
        pytest.skip(f"the firmware's C sources cannot be had: {error.what}")
    return _THIRD_PARTY


@pytest.fixture(scope="session")
def compile_c(
    third_party: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, list[Path], list[Path]], Path]:
    """Compile C files with the firmware's headers into a program and return it.

    The first list is ours, checked by the sanitizers; the second are third parties' files.
    """
    compiler = shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler (gcc or clang) on this machine")
    includes = [f"-I{_FIRMWARE}/include", f"-I{_FIRMWARE}/src"]
    includes += ["-isystem", f"{third_party}/pymonocypher"]
    includes += ["-isystem", f"{third_party}/zcbor/zcbor/include"]

    def compile_program(name: str, ours: list[Path], theirs: list[Path]) -> Path:
        folder = tmp_path_factory.mktemp(name)
        if theirs:
            command = [compiler, "-O2", "-w", *includes, "-c", *map(str, theirs)]
            subprocess.run(command, cwd=folder, check=True)
        objects = sorted(map(str, folder.glob("*.o")))
        command = [compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", *SANITIZED, *includes]
        command += ["-D_POSIX_C_SOURCE=200809L", "-o", str(folder / name)]
        subprocess.run([*command, *map(str, ours), *objects], check=True)
        return folder / name

    return compile_program


def _room(name: str) -> list[Path]:
    return sorted((_FIRMWARE / "src" / name).glob("*.c"))


class Simulator(NamedTuple):
    """The simulator, with key and packs written to files."""

    program: Path
    folder: Path

    def run(self, job: str, old: bytes | None, new: bytes, first: int, second: int) -> list[str]:
        """Run one job; return the words of its line, or fail with it."""
        old_path, new_path = self.folder / "old.pack", self.folder / "new.pack"
        old_path.write_bytes(old or b"")
        new_path.write_bytes(new)
        command = [str(self.program), job, str(self.folder / "key"), BOARD]
        command += [str(old_path) if old else "-", str(new_path), str(first), str(second)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.split()

    def refusal(self, old: bytes | None, new: bytes) -> int:
        """Offer `new`; return the code of the refusal, 0 for none."""
        return int(self.run("offer", old, new, 0, 0)[1])


@pytest.fixture(scope="session")
def simulator_program(
    compile_c: Callable[[str, list[Path], list[Path]], Path], third_party: Path
) -> Path:
    here = sorted(Path(__file__).parent.glob("simulat*.c"))
    ours = [*here, *_room("slots"), *_room("crypto")]
    return compile_c("simulator", ours, [third_party / "pymonocypher/monocypher.c"])


@pytest.fixture
def simulator(simulator_program: Path, maker: PackMaker, tmp_path: Path) -> Simulator:
    public = maker.key._get_public().public_bytes(Encoding.Raw, PublicFormat.Raw)
    (tmp_path / "key").write_bytes(public)
    return Simulator(simulator_program, tmp_path)

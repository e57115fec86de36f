"""The C runtime as a shared library of this machine, built on first use."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from allears.native.library import LIBRARY_OVERRIDE, library_path

from allears_tools.firmware.errors import BuildError

_ROOT = Path(__file__).resolve().parents[3]
FIRMWARE = _ROOT / "sdk/firmware"
BUILD = _ROOT / "build/firmware/posix"

LIBRARY = "liballears.so"
_BUILD_TIMEOUT_S = 600


def why_not_built() -> str:
    """Why the library cannot be built here: "" if it can."""
    if not FIRMWARE.is_dir():
        return "no checkout: sdk/firmware is not there"
    for tool in ("make", "cc"):
        if shutil.which(tool) is None:
            return f"the command {tool!r} is not installed (apt-get install make gcc libc6-dev)"
    return ""


def build(*goals: str) -> Path:
    """Build the posix port, or goals of its Makefile, and return the folder they lie in.

    Raises:
        BuildError: no compiler, sources that cannot be had, or that do not compile.
    """
    reason = why_not_built()
    if reason:
        raise BuildError(
            f"The C runtime cannot be built: {reason}.", "", "Install what is missing."
        )
    command = ["make", "-s", "-C", str(FIRMWARE / "ports/posix"), f"PYTHON={sys.executable}"]
    command += [f"BUILD={BUILD}", *goals]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_BUILD_TIMEOUT_S)
    except subprocess.TimeoutExpired as fault:
        raise BuildError(f"The C runtime did not build in {_BUILD_TIMEOUT_S} s.") from fault
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line]
        raise BuildError(
            f"The C runtime does not build: {(lines or ['no message'])[0][:300]}",
            "a change of the sources, or no network to fetch third-party sources",
            f"Run: {' '.join(command)}",
        )
    return BUILD


@cache
def load_library() -> ctypes.CDLL:
    """Load the runtime of ``use_fresh_library``.

    Raises:
        BuildError: there is none, or it does not build.
    """
    reason = use_fresh_library()
    if reason:
        raise BuildError(f"There is no C runtime: {reason}.", "", "Install what is missing.")
    return ctypes.CDLL(str(library_path()))


def use_fresh_library() -> str:
    """Let native listeners of this process run what the checkout's sources say.

    Without a checkout or a compiler they run the installed library, if there is one.

    Returns:
        why there is neither; "" if there is one.
    """
    if LIBRARY_OVERRIDE not in os.environ:
        reason = why_not_built()
        if not reason:
            os.environ[LIBRARY_OVERRIDE] = str(build(LIBRARY) / LIBRARY)
        elif not library_path().is_file():
            return reason
    return ""

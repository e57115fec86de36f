"""The kernels of training that are compiled on the machine that trains."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
from functools import lru_cache
from importlib import resources
from pathlib import Path

from torch import Tensor

from allears_tools.speech.cache import cache_root

_FLAGS = [
    *("-O3", "-march=native", "-shared", "-fPIC"),
    # What sums need to be vectorised. Not -ffast-math: with it the linker adds code that makes
    # the whole process flush subnormal numbers to zero.
    *("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math"),
    *("-fno-math-errno", "-freciprocal-math", "-ffinite-math-only"),
]


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL | None:
    """The compiled functions, or None where there is no compiler."""
    folder = resources.files(__package__)
    names = ("depthwise_kernels.h", "depthwise.c", "norm.c")
    kernels, source, norm = (folder.joinpath(name).read_bytes() for name in names)
    # One file, so that the compiler can read it from a pipe.
    source = source.replace(b'#include "depthwise_kernels.h"', kernels) + norm
    processor = Path("/proc/cpuinfo").read_bytes() if Path("/proc/cpuinfo").exists() else b""
    flags = processor[processor.find(b"flags") :].partition(b"\n")[0]
    key = hashlib.sha256(source + flags + " ".join(_FLAGS).encode()).hexdigest()[:12]
    path = cache_root() / "built" / f"kernels-{key}.so"
    if not path.exists():
        compiler = shutil.which("cc")
        if compiler is None:
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        command = [compiler, *_FLAGS, "-x", "c", "-", "-o", str(unfinished), "-lm"]
        if subprocess.run(command, input=source, capture_output=True, check=False).returncode:
            return None
        unfinished.rename(path)
    return ctypes.CDLL(str(path))


def pointers(*tensors: Tensor | None) -> list[ctypes.c_void_p]:
    """Where the values lie; NULL for None."""
    return [ctypes.c_void_p(None if t is None else t.data_ptr()) for t in tensors]

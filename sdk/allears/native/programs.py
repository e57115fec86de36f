"""Layer programs of models, compiled on first use and kept in a cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

from allears.errors import InterpreterError, ModelError

_COMPILER = Path(__file__).resolve().parents[1] / "compiling"


def cache_folder() -> Path:
    """Where programs are kept: `$ALLEARS_CACHE/programs`, or ~/.cache/allears/programs."""
    root = os.environ.get("ALLEARS_CACHE") or Path.home() / ".cache" / "allears"
    return Path(root) / "programs"


def program_of(path: Path) -> bytes:
    """Return the layer program of the ``.tflite`` at ``path``.

    A folder that cannot be written costs time at each start, but is no error.

    Raises:
        ModelError: the model cannot be read.
        CompileError: it cannot be compiled.
        InterpreterError: it has yet to be compiled, and the extra [native] is not installed.
    """
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise ModelError(
            f"Cannot read the model {path}: {fault.strerror}.",
            "the language has not been trained here, or the installation is incomplete",
            "Run `allears languages` to see what is there, or reinstall allears.",
        ) from fault
    kept = cache_folder() / f"{hashlib.sha256(content).hexdigest()}-{_compiler_digest()}.bin"
    with contextlib.suppress(OSError):
        return kept.read_bytes()
    program = _compile(content, path)
    with contextlib.suppress(OSError):
        _keep(program, kept)
    return program


def _compile(content: bytes, path: Path) -> bytes:
    try:
        from allears.compiling.compiler import compile_model
    except ModuleNotFoundError as fault:
        raise InterpreterError(
            f"{path} cannot be compiled for the native core: no package {fault.name!r}.",
            "compiling models, which is done once, needs more than running them",
            "pip install 'allears[native]'",
        ) from fault
    return compile_model(content, str(path))


def _keep(program: bytes, target: Path) -> None:
    """Write at once or not at all: another process may read meanwhile."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(program)
    Path(file.name).replace(target)


@cache
def _compiler_digest() -> str:
    """Short hash of the compiler: what another one made is not used."""
    digest = hashlib.sha256()
    for source in sorted(_COMPILER.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]

"""liballears.so: where it lies, and what its bridge (sdk/firmware/host/bridge.h) takes."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path

from allears.errors import InterpreterError

LIBRARY_OVERRIDE = "ALLEARS_NATIVE"
"""Environment variable: a library to use instead of the installed one."""

INSTALLED_LIBRARY = Path(__file__).parent / "liballears.so"
"""Put there when the package is built (sdk/firmware/hatch_build.py)."""

BRIDGE_VERSION = 4
"""That of bridge.c."""

STATUSES = {
    0: "ok",
    -1: "bad argument",
    -2: "too little memory",
    -3: "bad pack",
    -4: "bad program",
    -5: "wrong shape",
}
"""allears_status, in words."""

_ADDRESS, _TEXT, _U32, _U16, _INT = (
    ctypes.c_void_p,
    ctypes.c_char_p,
    ctypes.c_uint32,
    ctypes.c_uint16,
    ctypes.c_int,
)
_MODEL = (_ADDRESS, _U32)
_DETECTOR = (*_MODEL, _U32, _U16)
_FUNCTIONS = {
    "version": ((), _U32),
    "new": ((_U32,) * 6 + _MODEL, _ADDRESS),
    "add_language": (
        (_ADDRESS, _TEXT, _TEXT, *_DETECTOR, *_DETECTOR, *_MODEL, *(_U16,) * 3, _ADDRESS, _U16),
        _INT,
    ),
    "open": ((_ADDRESS, ctypes.c_uint), _INT),
    "total_bytes": ((_ADDRESS,), _U32),
    "always_on_bytes": ((_ADDRESS,), _U32),
    # The address may lie in the middle of bytes, so it is no c_char_p.
    "feed": ((_ADDRESS, _ADDRESS, ctypes.c_size_t), ctypes.c_long),
    "event": ((_ADDRESS, _ADDRESS), _INT),
    "finish": ((_ADDRESS,), _INT),
    "reset": ((_ADDRESS,), None),
    "is_listening": ((_ADDRESS,), _INT),
    "look": ((_ADDRESS, _ADDRESS), None),
    "free": ((_ADDRESS,), None),
}
"""Arguments and result of each function of the bridge."""


def library_path() -> Path:
    """Return the library that is used; it need not be there."""
    return Path(os.environ.get(LIBRARY_OVERRIDE) or INSTALLED_LIBRARY)


def load_library() -> ctypes.CDLL:
    """Return the library, its functions declared.

    Raises:
        InterpreterError: it is not there, not for this machine, or of another release.
    """
    return _load(library_path())


@cache
def _load(path: Path) -> ctypes.CDLL:
    if not path.is_file():
        raise InterpreterError(
            f"The native core is not there: {path}.",
            "no C compiler, make or network where allears was installed",
            "apt-get install gcc make libc6-dev, then install allears from its sources again; "
            "in a checkout: make firmware-host, and set "
            f"{LIBRARY_OVERRIDE}=build/firmware/posix/liballears.so.",
        )
    try:
        library = ctypes.CDLL(str(path))
        version = library.ae_bridge_version()
        # Another release's may lack some.
        for name, (arguments, result) in _FUNCTIONS.items() if version == BRIDGE_VERSION else ():
            function = getattr(library, f"ae_bridge_{name}")
            function.argtypes, function.restype = arguments, result
    except (OSError, AttributeError) as fault:
        raise InterpreterError(
            f"The native core {path} cannot be used: {fault}.",
            "it was built for another machine, or from other sources",
            "Install allears from its sources again.",
        ) from fault
    if version != BRIDGE_VERSION:
        raise InterpreterError(
            f"The native core {path} has version {version}, not {BRIDGE_VERSION}.",
            "it is left over from another release",
            "Install allears from its sources again.",
        )
    return library

"""The C device keeps audio as the Python one does, whatever happens in which order."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from allears.device.keeping import Keeping
from allears.link_contract import KEEP_MS, KEEP_NAMES, KEEP_OFF, Refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_FIRMWARE = Path(__file__).resolve().parents[2] / "sdk/firmware"
_SAMPLES = KEEP_MS * 16
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("start"), st.sampled_from(sorted(KEEP_NAMES))),
        st.tuples(st.just("add"), st.integers(0, 9000)),
        st.tuples(st.just("note"), st.booleans()),
    ),
    max_size=25,
)


class Kept(ctypes.Structure):
    """allears_keeping of device/keeping.h."""

    _fields_ = (
        ("ring", ctypes.c_void_p),
        *((name, ctypes.c_uint32) for name in ("count", "next", "left", "event", "clips")),
        *((name, ctypes.c_uint8) for name in ("what", "is_due", "is_ready")),
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> ctypes.CDLL:
    compiler = shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler (gcc or clang) on this machine")
    built = tmp_path_factory.mktemp("keeping") / "keeping.so"
    includes = [f"-I{_FIRMWARE}/include", f"-I{_FIRMWARE}/src"]
    source = _FIRMWARE / "src/device/keeping.c"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, *includes, str(source), "-o", str(built)], check=True)
    return ctypes.CDLL(str(built))


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_c_and_python_keep_the_same(library, steps):
    ring = (ctypes.c_int16 * _SAMPLES)()
    kept = Kept(ring=ctypes.addressof(ring))
    python = Keeping()
    heard = events = 0
    for step, value in steps:
        if step == "start":
            assert library.allears_keeping_start(ctypes.byref(kept), value) == 0
            python.start(value)
        elif step == "add":
            part = ((np.arange(heard, heard + value) * 7) % 30000).astype(np.int16)
            heard += value
            library.allears_keeping_add(
                ctypes.byref(kept), part.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(value)
            )
            python.add(part.tobytes())
        else:
            library.allears_keeping_note(ctypes.byref(kept), events, int(value))
            python.note(events, is_wake=value)
            events += 1
        size = library.allears_keeping_size(ctypes.byref(kept))
        found = np.zeros(size, np.int16)
        library.allears_keeping_read(
            ctypes.byref(kept), 0, found.ctypes.data_as(ctypes.c_void_p), size
        )
        assert found.tobytes() == python.clip()
        assert (kept.what, kept.is_ready, kept.clips) == (python.what, python.ready, python.clips)
        if python.ready and python.event is not None:
            assert kept.event == python.event


def test_a_board_without_memory_refuses(library):
    kept = Kept(ring=None)
    for what in KEEP_NAMES:
        refusal = library.allears_keeping_start(ctypes.byref(kept), what)
        assert refusal == (0 if what == KEEP_OFF else Refusal.NO_KEEP_MEMORY)
        samples = np.ones(160, np.int16)
        library.allears_keeping_add(
            ctypes.byref(kept), samples.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(160)
        )
        assert library.allears_keeping_size(ctypes.byref(kept)) == 0

"""A signing key and the packs made with it, shared by the tests of packs, devices and flashing.

With ALLEARS_REQUIRE_BOARD=1, as in CI, a test of the boards or their firmware that skips fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

_MISSING = "packs need the extra [flash]: pip install -e .[flash]"

_BOARD_TESTS = ("tests/board/", "tests/firmware/", "tests/slots/", "tests/monitor/test_board.py")

_NO_RECORDINGS = "no recordings of people"
"""The one reason to skip that says nothing of the boards."""

Report = pytest.TestReport | pytest.CollectReport


def _fail_if_required(report: Report) -> Report:
    """Turn the skip of a board's test into a failure where boards are required."""
    if os.environ.get("ALLEARS_REQUIRE_BOARD") != "1" or not report.skipped:
        return report
    reason = str(report.longrepr)
    if report.nodeid.startswith(_BOARD_TESTS) and _NO_RECORDINGS not in reason:
        report.outcome = "failed"
        report.longrepr = f"ALLEARS_REQUIRE_BOARD=1, but skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Report, Report]:
    """Board tests that skip fail in CI."""
    return _fail_if_required((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Report, Report]:
    """Board tests of a module that skips whole fail in CI."""
    return _fail_if_required((yield))


@pytest.fixture(scope="session")
def key_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key; its public half is beside it."""
    pytest.importorskip("imgtool", reason=_MISSING)
    from allears_tools.packing.keys import write_key

    path = tmp_path_factory.mktemp("key") / "key.pem"
    write_key(path)
    return path


@pytest.fixture(scope="session")
def public_key_path(key_path: Path) -> Path:
    """The public half of the key."""
    from allears_tools.packing.keys import public_path

    return public_path(key_path)


@pytest.fixture(scope="session")
def make_pack(key_path: Path) -> Callable[..., bytes]:
    """Returns the pack of a market, built once for the same arguments."""
    from allears import Profile
    from allears_tools.packing.build import build_pack
    from allears_tools.packing.keys import read_key

    built: dict[tuple, bytes] = {}

    def make(market: str, **options) -> bytes:
        asked = (market, *sorted(options.items()))
        if asked not in built:
            built[asked] = build_pack(Profile.load(market), read_key(key_path), **options)
        return built[asked]

    return make

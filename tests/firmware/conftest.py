"""The C runtime is built once; without a compiler its tests skip with the reason."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from allears.errors import AllEarsError

pytest.importorskip("ai_edge_litert", reason="models are compiled with the extra [train]")

from allears_tools.firmware.library import load_library, use_fresh_library, why_not_built

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_not_built()
    if not reason and sys.platform != "linux":
        reason = "the posix port is built on Linux"
    if not reason:
        try:
            load_library()
            use_fresh_library()
        except AllEarsError as error:
            # Sources that cannot be fetched are no fault of ours; code that does not compile is.
            if "pip could not fetch" not in str(error):
                raise
            reason = error.what
    for item in items:
        if reason and HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))

"""The native core is built once from the checkout; without a compiler its tests skip."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from allears.errors import AllEarsError
from allears_tools.firmware.library import use_fresh_library

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    try:
        reason = use_fresh_library() if sys.platform == "linux" else "built on Linux only"
    except AllEarsError as error:
        # Sources that cannot be fetched are no fault of ours; code that does not compile is.
        if "pip could not fetch" not in str(error):
            raise
        reason = error.what
    for item in items:
        if reason and HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))

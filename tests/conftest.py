"""A signing key and the packs made with it, shared by the tests of packs, devices and flashing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

_MISSING = "packs need the extra [flash]: pip install -e .[flash]"


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

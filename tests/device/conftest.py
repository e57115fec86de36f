"""Devices in memory, packs of a few kilobytes, and a listener that hears nothing."""

from __future__ import annotations

import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")

from allears.device import boot
from allears.device.checks import Gate
from allears.device.core import Device
from allears.packs.trust import TrustedKey
from allears.pipeline import View
from allears_tools.packing.keys import read_key

from tests.device.memory_flash import MemoryFlash
from tests.device.small import small_pack


class DeafListener:
    """Stands for a listener where models do not matter."""

    def feed(self, samples):
        return []

    def finish(self):
        return []

    def reset(self):
        pass

    def look(self):
        return View(0.0, False, False)


@pytest.fixture
def no_models(monkeypatch):
    """Packs boot without their models being loaded."""
    monkeypatch.setattr(boot, "listener_of", lambda pack: DeafListener())
    monkeypatch.setattr(boot, "self_tested_listener", lambda pack: DeafListener())


@pytest.fixture(scope="session")
def gate(public_key_path):
    """Lets in what is signed with the tests' key, for Linux boards."""
    return Gate("linux", TrustedKey.load(public_key_path))


@pytest.fixture
def device(gate, no_models):
    """A fresh device in memory."""
    return Device(MemoryFlash.storage(), gate)


@pytest.fixture(scope="session")
def signed(key_path):
    """Returns small packs, signed with the tests' key."""
    key = read_key(key_path)
    return lambda **options: small_pack(key, **options)

"""The pack reader refuses whatever it is given, and never falls over it."""

from __future__ import annotations

import contextlib

from allears.errors import PackError
from allears.link_contract import SECTION_MANIFEST
from allears.packs.contents import read_head, read_pack, read_sections
from allears.packs.golden import Golden
from allears.packs.rules import CommandRule, ListeningRule, WakeRule
from hypothesis import given, settings
from hypothesis import strategies as st


def read_all(content: bytes) -> None:
    """Everything a device does with a pack that needs no models; only PackError may come."""
    with contextlib.suppress(PackError):
        head = read_head(content)
        read_sections(head, content)
    with contextlib.suppress(PackError):
        pack = read_pack(content)
        pack.find_map(SECTION_MANIFEST)
        pack.check(None)


@given(st.binary(max_size=400))
def test_any_bytes(content):
    read_all(content)


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_a_pack_with_changes(signed, data):
    content = bytearray(signed(wake_bytes=300))
    for _ in range(data.draw(st.integers(1, 6))):
        # The headers and the table first: there the meaning is.
        at = data.draw(st.integers(0, 400) | st.integers(0, len(content) - 1))
        changed = data.draw(st.binary(min_size=1, max_size=8))
        content[at : at + len(changed)] = changed
    read_all(bytes(content[: data.draw(st.integers(0, len(content)))]))
    read_all(bytes(content))


@given(st.binary(max_size=200))
def test_any_section(content):
    for form in (Golden, CommandRule, ListeningRule, WakeRule):
        with contextlib.suppress(PackError):
            assert form.decode(content) is not None

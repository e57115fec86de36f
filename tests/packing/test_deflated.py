"""Models as packs for Linux boards hold them."""

from __future__ import annotations

import pytest
from allears.errors import PackError
from allears.link_contract import SLOT_BYTES
from allears.packs.deflated import deflate, inflate


def test_a_model_comes_back() -> None:
    model = bytes(range(256)) * 40
    assert inflate(deflate(model)) == model
    assert len(deflate(model)) < len(model)


@pytest.mark.parametrize(
    "content",
    [b"", b"TFL3", deflate(b"model")[:-1], deflate(bytes(SLOT_BYTES + 1))],
    ids=["nothing", "not deflated", "cut short", "too large"],
)
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(PackError):
        inflate(content)

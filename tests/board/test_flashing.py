"""Packs onto the emulated boards, as users do it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from allears.link_contract import Refusal
from allears.packs.contents import Pack
from allears_tools.board import emulator
from smpclient.requests.os_management import OSApplicationInfoRead

from tests.board.boards import EmulatedBoard
from tests.flash.test_smpmgr import SMPMGR, smpmgr, states

LANGUAGE_BYTES = 128 * 1024
"""What a change of language may send at most."""

CHANGE_S = 30.0
"""What it may take, trial and confirmation included (issue 4)."""


def test_a_language_change_does_not_send_the_ear_again(
    board: EmulatedBoard, machine: str, pack_for: Callable[..., Pack]
) -> None:
    report = board.flash(pack_for("rs", machine))
    assert report.result == "flashed", report.error
    assert report.sent_bytes <= LANGUAGE_BYTES
    assert report.copied_bytes > LANGUAGE_BYTES
    print(f"{machine}: {report.sent_bytes} sent, {report.copied_bytes} copied, {report.seconds} s")
    assert report.seconds <= CHANGE_S
    status = board.status()
    assert (status.market, status.languages, status.confirmed) == ("rs", ["sr"], True)
    assert board.flash(pack_for("rs", machine)).result == "kept"


def test_info_names_board_and_release(board: EmulatedBoard, machine: str) -> None:
    told = board.ask(lambda client: client._ask(OSApplicationInfoRead()))
    assert told.output == f"AllEars {machine} {version('allears')}"


def test_a_reset_keeps_the_confirmed_pack(board: EmulatedBoard) -> None:
    emulator.reset(board.folder)
    status = board.status()
    assert (status.market, status.confirmed) == ("gb", True)


def test_a_trial_that_is_not_confirmed_reverts(
    board: EmulatedBoard, machine: str, pack_for: Callable[..., Pack]
) -> None:
    pack = pack_for("rs", machine)

    async def try_out(client) -> None:
        async for _ in client.upload(pack.content):
            pass
        await client.test(pack.image_hash)
        await client.reset()

    board.ask(try_out)
    status = board.status()
    assert (status.market, status.confirmed) == ("rs", False)
    emulator.reset(board.folder)
    status = board.status()
    assert (status.market, status.confirmed) == ("gb", True)
    assert status.refusal == Refusal.NOT_CONFIRMED


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"signed": False}, Refusal.UNSIGNED_PACK),
        ({"counter": 0}, Refusal.OLDER_COUNTER),
    ],
)
def test_refusals_reach_the_desk(
    board: EmulatedBoard,
    machine: str,
    pack_for: Callable[..., Pack],
    options: dict,
    refusal: Refusal,
) -> None:
    report = board.flash(pack_for("rs", machine, **options))
    assert (report.result, report.refusal) == ("failed", refusal)
    assert refusal.sentence in report.error
    assert board.status().market == "gb"


def test_a_pack_for_another_board_is_refused(
    board: EmulatedBoard, pack_for: Callable[..., Pack]
) -> None:
    report = board.flash(pack_for("rs", "other"))
    assert (report.result, report.refusal) == ("failed", Refusal.OTHER_BOARD)


@pytest.mark.skipif(not SMPMGR.exists(), reason="smpmgr is not installed (it needs Python 3.11)")
def test_smpmgr_unmodified(
    make_board: Callable[..., EmulatedBoard],
    an386_firmware: Path,
    pack_for: Callable[..., Pack],
    tmp_path: Path,
) -> None:
    """On one board: both run the same sources, and smpmgr starts slowly."""
    port = make_board("mps2-an386", an386_firmware).port
    pack = pack_for("gb", "mps2-an386")
    path = tmp_path / "gb.pack"
    path.write_bytes(pack.content)
    assert "r='hello'" in smpmgr(port, "os", "echo", "hello")
    smpmgr(port, "image", "upload", str(path))
    smpmgr(port, "image", "state-write", pack.image_hash.hex())
    smpmgr(port, "os", "reset")
    smpmgr(port, "image", "state-write", "--confirm")
    (state,) = states(port)
    assert (state["active"], state["confirmed"]) == ("True", "True")

"""What a device asks of a pack before it lets it in."""

from __future__ import annotations

from typing import NamedTuple

from allears.device.slot import Slot
from allears.errors import PackError
from allears.link_contract import Refusal
from allears.packs.contents import CONTRACT, Head, Pack, read_head, read_pack
from allears.packs.trust import TrustedKey


class Gate(NamedTuple):
    """The board that packs must be made for, and the key that they must be signed with."""

    board: str
    key: TrustedKey

    def check_head(self, content: bytes, lowest_counter: int) -> Head:
        """Check the first HEAD_BYTES of a pack.

        Raises:
            PackError: it is none, or not for this device.
        """
        head = read_head(content)
        if head.board != self.board:
            raise PackError(Refusal.OTHER_BOARD, f"it is for {head.board}, this is {self.board}")
        if head.contract != CONTRACT:
            raise PackError(Refusal.OTHER_CONTRACT)
        if head.security_counter < lowest_counter:
            raise PackError(
                Refusal.OLDER_COUNTER, f"it has {head.security_counter}, not {lowest_counter}"
            )
        return head

    def checked_pack(self, slot: Slot, lowest_counter: int) -> Pack:
        """Return the pack in `slot` after every check that needs no models.

        Raises:
            PackError: there is none, or one that must not run here.
        """
        if not slot.is_complete:
            raise PackError(Refusal.NO_SUCH_PACK)
        content = slot.content()
        self.check_head(content, lowest_counter)
        pack = read_pack(content)
        pack.check(self.key)
        return pack

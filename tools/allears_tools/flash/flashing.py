"""One device, from what it holds to what it should hold, whatever happens to the cable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from time import monotonic
from typing import Any

from allears.link_contract import Refusal
from allears.packs.contents import Pack

from allears_tools.flash.client import FIRST_TIMEOUT_S, DeviceClient
from allears_tools.flash.errors import DeviceRefusal, FlashError, LineError
from allears_tools.flash.messages import Status

_PATIENCE_S = 11.0
"""How long the line may be dead, once the device has answered, before a flash is given up: nobody
waits longer for a cable that was pulled, and the next flash goes on where this one stopped."""


_AFTER_POWER_CUT = (
    Refusal.NO_UPLOAD,
    Refusal.NOT_CONFIRMED,
    Refusal.UNTESTED,
    Refusal.NOTHING_RUNS,
)
"""What a device answers that was off for a moment, although the line saw nothing of it."""

_POWER_CUTS = 10
"""So many are taken for bad luck; then the pack, or the power, is at fault."""


@dataclass(frozen=True)
class Holding:
    """What runs on a device; empty market: nothing."""

    market: str
    version: str
    languages: list[str]
    confirmed: bool

    @classmethod
    def of(cls, status: Status) -> Holding:
        """Return what `status` tells."""
        return cls(status.market, status.pack_version, status.languages, status.confirmed)

    @classmethod
    def by(cls, pack: Pack) -> Holding:
        """Return what a device will tell once `pack` runs there."""
        return cls(pack.head.market, pack.image.header.version_text, pack.languages, True)

    def __str__(self) -> str:
        if not self.market:
            return "nothing"
        trial = "" if self.confirmed else ", on trial"
        return f"{self.market} {self.version} ({', '.join(self.languages)}{trial})"


@dataclass
class Report:
    """What became of one device.

    `result`: "flashed", "kept" (it held the pack already), "would flash", or "failed".
    `wanted` is what the pack is. `sent_bytes` came over the link, `copied_bytes` from the pack that
    ran.
    """

    port: str
    result: str = "failed"
    board: str = ""
    before: Holding | None = None
    wanted: Holding | None = None
    after: Holding | None = None
    sent_bytes: int = 0
    copied_bytes: int = 0
    seconds: float = 0.0
    broken_lines: int = 0
    power_cuts: int = 0
    error: str = ""
    refusal: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        return asdict(self)


@dataclass
class Flashing:
    """Puts a pack onto the device at `port`.

    Args:
        pack_for: returns the pack for a board.
        tell: called with a stage, bytes done and bytes in all (0, 0: no upload runs).
        look: called once, when it is known what the device holds and what it is to hold.
        dry_run: look, change nothing.
    """

    port: str
    pack_for: Callable[[str], Pack]
    tell: Callable[[str, int, int], None]
    look: Callable[[Report], None] = lambda report: None
    dry_run: bool = False
    patience_s: float = _PATIENCE_S
    power_cuts_allowed: int = _POWER_CUTS
    report: Report = field(init=False)

    def __post_init__(self) -> None:
        self.report = Report(self.port)

    async def run(self) -> Report:
        """Do it; what goes wrong stands in the report."""
        started_s = monotonic()
        try:
            await self._until_done()
        except FlashError as fault:
            self.report.result = "failed"
            self.report.error = str(fault)
            self.report.refusal = fault.code if isinstance(fault, DeviceRefusal) else 0
        self.report.seconds = round(monotonic() - started_s, 2)
        return self.report

    async def _until_done(self) -> None:
        """Begin again after each broken line: the device tells how far it got."""
        self._alive_s = monotonic()
        self._answered = self._begun = False
        while True:
            client = DeviceClient(self.port)
            try:
                self.tell("looking for the device", 0, 0)
                await client.connect(self._connect_timeout_s())
                self._answered = True
                await self._steps(client)
                return
            except LineError:
                if not self._answered or monotonic() - self._alive_s > self.patience_s:
                    raise
                self.report.broken_lines += 1
                self.tell("line lost, trying again", 0, 0)
            except DeviceRefusal as refusal:
                if (
                    refusal.code not in _AFTER_POWER_CUT
                    or self.report.power_cuts == self.power_cuts_allowed
                ):
                    raise
                self.report.power_cuts += 1
                self.tell("power lost, trying again", 0, 0)
            finally:
                await client.disconnect()

    def _connect_timeout_s(self) -> float:
        """What is left of the patience; all of it while the device has not answered yet."""
        if not self._answered:
            return FIRST_TIMEOUT_S
        return max(1.0, self.patience_s - (monotonic() - self._alive_s))

    async def _steps(self, client: DeviceClient) -> None:
        status = await client.status()
        self._alive_s = monotonic()
        report = self.report
        report.board = status.board
        pack = self.pack_for(status.board)
        if report.before is None:
            report.before, report.wanted = Holding.of(status), Holding.by(pack)
            self.look(report)
        if not await self._runs(client, pack):
            if self.dry_run:
                report.result = "would flash"
                return
            self._begun = True
            await self._upload(client, pack)
            self.tell("testing", 0, 0)
            await client.test(pack.image_hash)
            await client.reset()
            await client.disconnect()
            await client.connect()
            if not await self._runs(client, pack):
                status = await client.status()
                raise DeviceRefusal(status.refusal, status.reason or "It went back.", self.port)
            report.result = "flashed"
        elif report.result == "failed":
            report.result = "flashed" if self._begun else "kept"
        if not self.dry_run:
            await client.confirm(pack.image_hash)
        report.after = Holding.of(await client.status())

    async def _runs(self, client: DeviceClient, pack: Pack) -> bool:
        images = await client.images()
        return any(image.active and image.hash == pack.image_hash for image in images)

    async def _upload(self, client: DeviceClient, pack: Pack) -> None:
        for attempt in (1, 2):
            try:
                await self._send(client, pack.content)
                break
            except DeviceRefusal as refusal:
                # The line let a wrong byte through; the device has forgotten the upload.
                if refusal.code != Refusal.OTHER_SHA or attempt == 2:
                    raise
        counted = await client.counters()
        self.report.sent_bytes += counted.received_bytes
        self.report.copied_bytes += counted.copied_bytes

    async def _send(self, client: DeviceClient, content: bytes) -> None:
        at = skipped = 0
        async for offset in client.upload(content):
            step = offset - at
            # What the device holds already would spoil rate and time left.
            skipped += step if step > client.part_bytes else 0
            at = offset
            self._alive_s = monotonic()
            self.tell("sending", at - skipped, len(content) - skipped)

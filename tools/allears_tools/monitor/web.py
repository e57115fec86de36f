"""The local page: samples as server-sent events, and phrases that are played into the device."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import web
from allears import Profile
from allears.errors import AllEarsError
from numpy.typing import NDArray
from rich.console import Console

from allears_tools.demo.hearing import scene_audio
from allears_tools.demo.scenes import Scene, synthetic_section
from allears_tools.flash.errors import FlashError
from allears_tools.flash.messages import Status
from allears_tools.monitor.keeping import ClipKeeper
from allears_tools.monitor.terminal import name_of, title_of
from allears_tools.monitor.watching import Sample, Watcher

_HOST = "127.0.0.1"
_PAGE = Path(__file__).with_name("page.html")
_TAIL_S = 1.5
"""Silence after a phrase, so that the page shows what came of it."""


class _Page:
    """Hands each sample to every browser that looks."""

    def __init__(self, title: str, phrases: list[Scene], watcher: Watcher) -> None:
        self._title, self._phrases, self._watcher = title, phrases, watcher
        self._readers: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self._playing = asyncio.Lock()

    def tell(self, line: dict[str, Any] | None) -> None:
        """Send a line to all; None ends the streams."""
        for reader in self._readers:
            reader.put_nowait(line)

    def app(self) -> web.Application:
        """The page's addresses."""
        app = web.Application(middlewares=[_only_this_machine])
        app.router.add_get("/", self._index)
        app.router.add_get("/about", self._about)
        app.router.add_get("/samples", self._samples)
        app.router.add_post("/play/{number:[0-9]+}", self._play)
        return app

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE)

    async def _about(self, request: web.Request) -> web.Response:
        phrases = [f"{scene.said} ({scene.speaker})" for scene in self._phrases]
        return web.json_response({"title": self._title, "phrases": phrases})

    async def _samples(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        lines: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._readers.add(lines)
        try:
            while (line := await lines.get()) is not None:
                await response.write(f"data: {json.dumps(line)}\n\n".encode())
        except ConnectionResetError:
            pass  # the browser went away
        finally:
            self._readers.discard(lines)
        return response

    async def _play(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        if number >= len(self._phrases):
            raise web.HTTPNotFound(text="There is no such phrase.")
        if self._playing.locked():
            raise web.HTTPConflict(text="A phrase is being played.")
        async with self._playing:
            try:
                await self._watcher.play(_spoken(self._phrases[number]))
            except FlashError as fault:
                raise web.HTTPBadGateway(text=str(fault)) from fault
        return web.json_response({"played": self._phrases[number].said})


@web.middleware
async def _only_this_machine(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse pages of other sites, which may ask a browser for addresses on this machine too."""
    own = {_HOST, "localhost"}
    origin = request.headers.get("Origin", "")
    if request.url.host not in own or (origin and origin != f"http://{request.host}"):
        raise web.HTTPForbidden(text="Only for pages of this machine.")
    return await handler(request)


def _spoken(scene: Scene) -> NDArray[np.int16]:
    audio, _ = scene_audio(scene)
    return np.concatenate([audio, np.zeros(round(_TAIL_S * 16000), np.int16)])


def _phrases(market: str) -> list[Scene]:
    """The demo's phrases in the languages of a market, wake word in front; none where it has none.

    A pack may be of a market that this machine has no profile or clips of.
    """
    try:
        entries = Profile.load(market).languages
        return [scene for entry in entries for scene in synthetic_section(entry).scenes]
    except AllEarsError:
        return []


async def serve_page(
    port: str,
    status: Status,
    watcher: Watcher,
    samples: AsyncIterator[Sample],
    keeper: ClipKeeper | None,
    web_port: int,
) -> None:
    """Serve the page of the device at `port` until the samples end.

    Raises:
        AllEarsError: `web_port` is taken.
        LineError: the device stopped answering; the page says so too.
    """
    page = _Page(title_of(port, status), _phrases(status.market), watcher)
    runner = web.AppRunner(page.app(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, _HOST, web_port)
    try:
        await site.start()
    except OSError as fault:
        await runner.cleanup()
        raise AllEarsError(
            f"The page cannot be served on TCP port {web_port}: {fault.strerror}.",
            "another program has it",
            "Give another --web-port, or 0 for a free one.",
        ) from fault
    console = Console()
    host, number = runner.addresses[0][:2]
    console.print(f"http://{host}:{number}/", highlight=False, soft_wrap=True)
    try:
        async for sample in samples:
            events = [{**e.model_dump(), "name": name_of(e)} for e in sample.events]
            page.tell({**sample.to_dict(), "events": events})
            if keeper and (path := await keeper.take(sample)):
                console.print(f"kept {path}", highlight=False, soft_wrap=True)
    except FlashError as fault:
        page.tell({"lost": str(fault)})
        raise
    finally:
        page.tell(None)
        await asyncio.sleep(0)
        await runner.cleanup()

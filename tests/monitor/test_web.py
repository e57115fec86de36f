"""The page in headless Chromium: curves live, a phrase played by its button, its events shown.

With ALLEARS_SCREENSHOTS=1 the screenshot in docs/ is taken anew.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("aiohttp", reason="the page needs the extra [tools]: pip install -e .[tools]")

from tests.monitor.browser import open_tab
from tests.monitor.cables import Cable, end_of, start

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture
def chromium() -> str:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return found


@pytest.fixture
def page(make_device):
    """A running `allears monitor --web`, its page's address, and the cable to its device."""
    cable = Cable(make_device("tcp:0").start())
    process = start("monitor", "--port", cable.port, "--web", "--period-ms", "50")
    yield process, process.stdout.readline().strip(), cable
    process.kill()
    process.communicate()


def test_the_page(chromium, page, tmp_path):
    process, url, cable = page
    shot = _DOCS / "monitor.png" if os.environ.get("ALLEARS_SCREENSHOTS") else tmp_path / "shot.png"

    async def look():
        (tmp_path / "browser").mkdir()
        async with open_tab(chromium, tmp_path / "browser", url) as tab:
            await tab.wait_for("document.getElementById('play')?.disabled === false")
            assert "gb 1.0.0 (en)" in await tab.value(
                "document.getElementById('title').textContent"
            )
            await tab.value("document.getElementById('play').click()")
            await tab.wait_for("document.getElementById('played').textContent === 'played'")
            events = await tab.value("document.getElementById('events').innerText")
            assert "computer" in events and len(events.splitlines()) >= 2
            highest = "samples.some(s => s.wake_score > 0.5) && samples.some(s => s.level_db > -40)"
            assert await tab.value(highest)
            blank = (
                "(() => { const c = document.getElementById('curves');"
                "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                "return !d.some(v => v) })()"
            )
            assert not await tab.value(blank)
            assert tab.faults == []
            await tab.screenshot(shot)
            cable.pull("broken")
            await tab.wait_for("!document.getElementById('lost').hidden")
            lost = await tab.value("document.getElementById('lost').textContent")
            assert "stopped answering" in lost

    asyncio.run(look())
    assert shot.stat().st_size > 10_000
    status, said = end_of(process)
    assert status == 1 and "the device stopped answering" in said and "Traceback" not in said


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_other_sites_are_refused(page, header):
    _, url, _ = page
    request = urllib.request.Request(f"{url}play/0", method="POST", headers=header)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403

"""The page in a browser: pictures drawn, clips ready to play, the filter works."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from allears.audio import read_audio
from allears.profile import Profile
from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.judging import Truth
from allears_tools.evaluate.woken import alone
from allears_tools.testing.outcome import Outcome
from allears_tools.testing.page import write_page
from allears_tools.testing.summary import summarise
from allears_tools.testing.targets import Playback
from allears_tools.testing.trials import Trial

from tests.testing.outcomes import FACTS, clip, event

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_OPTIONS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run
--disable-background-networking --disable-component-update --disable-sync --hide-scrollbars
--virtual-time-budget=10000 --dump-dom""".split()

_LOOK = """
<script>
  addEventListener("load", () => setTimeout(() => {
    const told = document.createElement("pre"), filter = document.getElementById("filter");
    const images = [...document.images].map(image => image.naturalWidth);
    const seconds = [...document.querySelectorAll("audio")].map(a => a.duration.toFixed(1));
    filter.value = "second.wav";
    filter.dispatchEvent(new Event("input"));
    const shown = [...document.querySelectorAll(".clip")].filter(clip => !clip.hidden).length;
    told.textContent = `images ${images} seconds ${seconds} shown ${shown}`;
    document.body.append(told);
  }, 2000));
</script>
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The report of two clips that went wrong, and a third that did not."""
    audio = demo_clips("en")[0].path
    gb = Profile.load("gb")
    outcomes = []
    for name, told in (("first.wav", []), ("<second>.wav", []), ("third.wav", ["computer"])):
        trial = Trial(clip(name), Truth(expected="wake"), "wake", "en")
        events = [event(id, 1200) for id in told]
        outcomes.append(Outcome(trial, alone(audio), Playback(events, None, None), events))
    path = tmp_path / "page.html"
    write_page(summarise(gb, FACTS, "by hand", outcomes), outcomes, gb, path, most_clips=9)
    return path


def test_the_page_shows_what_went_wrong_and_escapes_names(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count('<section class="clip">') == 2
    assert "&lt;second&gt;.wav" in text and "<second>" not in text


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)")
def test_a_browser_shows_it(page: Path, tmp_path: Path) -> None:
    looked = page.with_name("looked.html")
    looked.write_text(page.read_text(encoding="utf-8").replace("second&gt;", "second") + _LOOK)
    command = [str(CHROMIUM), *_OPTIONS, f"--user-data-dir={tmp_path / 'user'}", looked.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    told = re.search(r"images (\S+) seconds (\S+) shown (\d)</pre>", done.stdout)
    assert told, done.stderr[-500:]
    seconds = f"{len(read_audio(demo_clips('en')[0].path)) / 16000 + 1.5:.1f}"
    assert [int(width) > 500 for width in told[1].split(",")] == [True, True]
    assert told[2].split(",") == [seconds, seconds]
    assert told[3] == "1"

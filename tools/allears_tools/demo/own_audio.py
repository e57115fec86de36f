"""The demo on the user's own recording."""

from __future__ import annotations

from pathlib import Path

from allears import Event, Listener
from allears.audio import file_blocks
from rich.console import Console
from rich.table import Table


def hear_own(audio: Path, profile: str, console: Console) -> list[Event]:
    """Print the events of one recording; where no wake word is heard, the commands without it.

    Raises:
        AllEarsError: the file cannot be read, or there is no such profile.
    """
    events = _events(audio, Listener(profile))
    if events:
        _show(events, f"{audio.name}, profile {profile}", console)
        return events
    wake_words = ", ".join(w for use in Listener(profile).profile.languages for w in use.wake_words)
    console.print(f"No wake word heard in {audio.name} (profile {profile}: {wake_words}).")
    events = _events(audio, Listener(profile, assume_wake=True))
    title = f"{audio.name}, as if the wake word had been said before it"
    _show(events, title, console)
    return events


def _events(audio: Path, listener: Listener) -> list[Event]:
    events = [event for block in file_blocks(audio) for event in listener.feed(block)]
    return events + listener.finish()


def _show(events: list[Event], title: str, console: Console) -> None:
    if not events:
        console.print("No command heard either." if "as if" in title else "Nothing heard.")
        return
    table = Table("time", "event", "", "language", "score", title=title)
    for event in events:
        known = event.to_dict()
        what = known.get("id") or known.get("wake_word", "")
        time_s, score = f"{event.time_s:.2f} s", f"{event.score:.2f}"
        table.add_row(time_s, known["event"], what, event.language, score)
    console.print(table)

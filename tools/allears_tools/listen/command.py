"""`allears listen`: hear a file, raw PCM from stdin, or the microphone, and print the events."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated

import numpy as np
import typer
from allears import Event, Listener, Wake
from allears.audio import file_blocks, stream_blocks
from allears.microphone import microphone_blocks
from numpy.typing import NDArray

from allears_tools.listen.quiet import native_stderr_hidden


def listen(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-|mic", help="Audio file; - for 16-bit mono PCM on stdin; or mic."
        ),
    ],
    profile: Annotated[
        str, typer.Option("--profile", "-p", help="Country code of a profile, or its path.")
    ] = "gb",
    language: Annotated[str | None, typer.Option(help="Only this language of the profile.")] = None,
    no_wake: Annotated[
        bool, typer.Option("--no-wake", help="Listen for commands at once, without a wake word.")
    ] = False,
    rate_hz: Annotated[
        int, typer.Option("--rate", min=1000, max=768_000, help="Rate of PCM on stdin, in Hz.")
    ] = 16000,
    interpreter: Annotated[
        str | None,
        typer.Option(help="litert, tflite-runtime or native, the C runtime; else what is there."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Print wake words and commands as they are heard."""
    with native_stderr_hidden():
        listener = Listener(
            profile, language=language, assume_wake=no_wake, interpreter=interpreter
        )
    events = 0
    for event in _events(listener, _blocks(source, rate_hz)):
        events += 1
        print(json.dumps(event.to_dict(), ensure_ascii=False) if as_json else _line(event))
        sys.stdout.flush()
    if not events:
        wake_words = [entry.wake_words[0] for entry in listener.profile.languages]
        expected = "commands" if no_wake else f"the wake word ({' or '.join(wake_words)})"
        print(f"Nothing heard: listened for {expected}.", file=sys.stderr)


def _blocks(source: str, rate_hz: int) -> Iterator[NDArray[np.int16]]:
    if source == "mic":
        return microphone_blocks()
    if source == "-":
        return stream_blocks(sys.stdin.buffer, rate_hz)
    return file_blocks(source)


def _events(listener: Listener, blocks: Iterator[NDArray[np.int16]]) -> Iterator[Event]:
    for block in blocks:
        yield from listener.feed(block)
    yield from listener.finish()


def _line(event: Event) -> str:
    kind, what = ("wake", event.wake_word) if isinstance(event, Wake) else ("command", event.id)
    return f"{event.time_s:9.2f} s  {kind:<8}{what:<16}{event.score:.2f}  {event.language}"

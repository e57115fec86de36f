"""A soak of the C runtime of this machine, as fast as it hears."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable

from allears_tools.evaluate.clip_audio import SAMPLE_RATE_HZ
from allears_tools.testing.errors import DeviceTestError
from allears_tools.testing.host import read_events
from allears_tools.testing.soak.ledger import Ledger, process_bytes
from allears_tools.testing.soak.playlist import Item

_LOOK_EVERY_MS = 10_000
_END_TIMEOUT_S = 60.0


def soak_host(
    command: list[str], items: Iterable[Item], seconds: float, tell: Callable[[Ledger], None]
) -> Ledger:
    """Let one process hear all of it in one stream, and watch its memory.

    Args:
        command: `allears-posix` and its pack.
        items: what to play; no more is taken than needed.
        seconds: of audio.
        tell: called after each item.

    Raises:
        DeviceTestError: the process fails.
    """
    ledger = Ledger()
    printed: list[bytes] = []
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints
        ) as process,
    ):
        assert process.stdin is not None and process.stdout is not None
        # Beside the writing, or a full pipe of events would stop both.
        reader = threading.Thread(target=lambda: printed.extend(process.stdout or ()))
        reader.start()
        looked_ms = 0
        try:
            for item in items:
                process.stdin.write(item.samples.tobytes())
                ledger.played(item)
                if ledger.now_ms - looked_ms >= _LOOK_EVERY_MS:
                    looked_ms = ledger.now_ms
                    if held := process_bytes(process.pid):
                        ledger.memory.append((ledger.now_ms, held))
                tell(ledger)
                if ledger.samples >= seconds * SAMPLE_RATE_HZ:
                    break
            process.stdin.close()
            process.wait(_END_TIMEOUT_S)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
        finally:
            reader.join()
        if process.wait():
            complaints.seek(0)
            told = complaints.read().decode(errors="replace").strip()
            raise DeviceTestError(
                f"{command[0]} ended with status {process.returncode} after "
                f"{ledger.now_ms / 1000:.0f} s of audio.",
                told or "it crashed, or was killed",
                "Run it on the same audio: allears-posix PACK FILE",
            )
    ledger.events = read_events(b"".join(printed).decode())
    return ledger

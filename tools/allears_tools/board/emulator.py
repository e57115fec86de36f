"""Starts, resets, cuts and stops the QEMU of a board."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from allears.device.presence import presence_folder

from allears_tools.board.errors import BoardError
from allears_tools.board.machines import EMULATOR, Machine, need_program
from allears_tools.board.state import BoardFolder, Running

_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 10.0
_HOST = "127.0.0.1"
_PTY = re.compile(r"(/dev/\S+) \(label link-base\)")
_QMP = "qmp"


def start(folder: BoardFolder, machine: Machine, firmware: Path, link: str = "pty") -> Running:
    """Start the board; returns once its port can be opened.

    Args:
        folder: prepared with a key.
        firmware: ELF file to boot.
        link: "pty", or "tcp:PORT" with 0 for a free one.

    Raises:
        BoardError: it runs already, or QEMU does not start.
    """
    if running := folder.running():
        raise BoardError(
            f"The board in {folder.path} runs already, on {running.port}.",
            "",
            "allears board stop, or give another --state.",
        )
    if link == "tcp:0":
        link = f"tcp:{_free_port()}"
    command = [need_program(EMULATOR), *_arguments(folder, machine, firmware, link)]
    with folder.console.open("wb") as console:
        process = subprocess.Popen(
            command,
            cwd=folder.path,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    port = _await_port(folder, process, link)
    running = Running(process.pid, machine.board, link, port)
    folder.note(running)
    _announce(running, folder)
    return running


def stop(folder: BoardFolder, how: int = signal.SIGTERM) -> Running:
    """End the board's QEMU; with SIGKILL, as if power failed.

    Raises:
        BoardError: no board runs there.
    """
    running = _need_running(folder)
    os.kill(running.pid, how)
    _await(lambda: not _is_there(running), _STOP_TIMEOUT_S, "QEMU does not end.")
    with contextlib.suppress(OSError):
        _presence(running).unlink()
    folder.forget()
    return running


def power_cut(folder: BoardFolder, machine: Machine, firmware: Path) -> Running:
    """Take the power away between any two instructions, and give it back."""
    cut = stop(folder, signal.SIGKILL)
    return start(folder, machine, firmware, cut.link)


def reset(folder: BoardFolder) -> None:
    """Press the board's reset button.

    Raises:
        BoardError: no board runs there.
    """
    _need_running(folder)
    here = os.open(folder.path, os.O_RDONLY)
    # Through the folder's handle, for a socket's path may have 108 bytes at most.
    at = f"/proc/self/fd/{here}/{_QMP}"
    try:
        _await(lambda: _has_reset(at), _STOP_TIMEOUT_S, "QEMU does not answer.")
    finally:
        os.close(here)


def _arguments(folder: BoardFolder, machine: Machine, firmware: Path, link: str) -> list[str]:
    memory = f"memory-backend-file,id=psram,mem-path={folder.memory.name},share=on"
    serial = "pty,id=link"
    if link != "pty":
        port = link.removeprefix("tcp:")
        serial = f"socket,id=link,host={_HOST},port={port},server=on,wait=off,nodelay=on"
    return [
        *("-M", f"{machine.board},memory-backend=psram"),
        *("-object", f"{memory},size={machine.memory_bytes}"),
        # A mux holds 32 bytes for the UART, which has room for one: without it each byte takes two
        # switches between QEMU's threads. Its escape character is set to none that exists.
        *("-chardev", f"{serial},mux=on", "-echr", "256", "-serial", "chardev:link"),
        *("-chardev", f"file,id=log,path={folder.log.name},append=on", "-serial", "chardev:log"),
        *("-qmp", f"unix:{_QMP},server=on,wait=off"),
        *("-display", "none", "-monitor", "none", "-kernel", str(firmware)),
    ]


def _await_port(folder: BoardFolder, process: subprocess.Popen[bytes], link: str) -> str:
    """Return what a client opens, once QEMU has made it.

    Asked once only: while QEMU still serves the first probe, a second one is refused.
    """
    found: list[str] = []

    def is_there() -> bool:
        if process.poll() is not None:
            said = folder.console.read_text(errors="replace").strip().splitlines()
            raise BoardError("QEMU did not start.", (said or ["it gave no reason"])[-1])
        port = _port(folder, link)
        found.extend([port] if port is not None else [])
        return port is not None

    _await(is_there, _START_TIMEOUT_S, "QEMU made no port.")
    return found[0]


def _port(folder: BoardFolder, link: str) -> str | None:
    if link != "pty":
        with socket.socket() as probe:
            return (
                f"tcp:{_HOST}:{link[4:]}" if probe.connect_ex((_HOST, int(link[4:]))) == 0 else None
            )
    made = _PTY.search(folder.console.read_text(errors="replace"))
    if made is None:
        return None
    with contextlib.suppress(FileNotFoundError):
        folder.terminal.unlink()
    folder.terminal.symlink_to(made.group(1))
    return str(folder.terminal)


def _await(is_so: Callable[[], bool], timeout_s: float, fault: str) -> None:
    until_s = time.monotonic() + timeout_s
    while not is_so():
        if time.monotonic() > until_s:
            raise BoardError(fault, f"waited {timeout_s:.0f} s", "See qemu.log in the folder.")
        time.sleep(0.02)


def _has_reset(at: str) -> bool:
    """Whether QEMU took the order at its control socket.

    A board may be told to run before QEMU listens there, or drop who comes while it starts.
    """
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(_STOP_TIMEOUT_S)
        try:
            control.connect(at)
            with control.makefile("rw", encoding="utf-8") as lines:
                lines.readline()
                for command in ("qmp_capabilities", "system_reset"):
                    lines.write(json.dumps({"execute": command}) + "\n")
                    lines.flush()
                    while "return" not in _answer(lines):
                        pass
        except (ConnectionError, FileNotFoundError):
            return False
    return True


def _answer(lines: IO[str]) -> dict[str, object]:
    line = lines.readline()
    if not line:
        raise ConnectionResetError("QEMU closed its control socket")
    return dict(json.loads(line))


def _is_there(running: Running) -> bool:
    """Whether the process lives; a child of this very process is reaped on the way."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(running.pid, os.WNOHANG)
    return running.is_alive


def _need_running(folder: BoardFolder) -> Running:
    running = folder.running()
    if running is None:
        raise BoardError(
            f"No board runs in {folder.path}.", "", "allears board start, or give its --state."
        )
    return running


def _presence(running: Running) -> Path:
    return presence_folder() / f"{running.pid}.json"


def _announce(running: Running, folder: BoardFolder) -> None:
    """Let `allears ports` find it; a board that cannot be announced works all the same."""
    known = {"port": running.port, "board": running.board, "pid": running.pid}
    with contextlib.suppress(OSError):
        presence_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _presence(running).write_text(json.dumps({**known, "state": str(folder.path)}))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])

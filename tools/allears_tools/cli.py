"""The command `allears`: one subcommand a job, each in its own folder's `command.py`.

Only the job that was asked for is imported, so that `allears --help` answers at once and a device
without the training packages can still listen.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated

import typer
from allears.errors import AllEarsError
from rich.console import Console
from rich.markup import escape

USAGE_ERROR = 2
"""Exit status for bad input; a run that fails exits 1."""


@dataclass(frozen=True)
class Job:
    """A subcommand: in `allears_tools.<folder>.command`, function `name` or Typer `app`."""

    name: str
    folder: str
    help: str
    example: str


JOBS = (
    Job(
        "listen",
        "listen",
        "Hear a file, raw PCM from stdin or the microphone; print events.",
        "allears listen kitchen.wav --profile gb --json",
    ),
    Job(
        "demo",
        "demo",
        "Recognise a person's voice in recordings, and show how well.",
        "allears demo    or: allears demo my.wav --profile rs",
    ),
    Job(
        "languages",
        "seeds",
        "List the languages: wake word, tier, whether models are there.",
        "allears languages --json",
    ),
    Job(
        "profiles",
        "profiles",
        "List the device profiles, one a market, or show one whole.",
        "allears profiles    or: allears profiles rs --json",
    ),
    Job(
        "board",
        "board",
        "Run the firmware on an emulated Cortex-M4 or Cortex-M7.",
        "allears board start --trust key.pub.pem",
    ),
    Job(
        "evaluate",
        "evaluate",
        "Measure a language's models on labelled recordings.",
        "allears evaluate --language en --stage wake --labels labels.tsv --json report.json",
    ),
    Job(
        "cards",
        "cards",
        "Put measured figures on the model cards and into the README.",
        "allears cards report.json",
    ),
    Job(
        "compile",
        "compiling",
        "Turn a .tflite into a layer program for microcontrollers.",
        "allears compile sdk/models/ear.tflite -o ear.bin",
    ),
    Job(
        "firmware",
        "firmware",
        "Build the C runtime here and compare it with Python's.",
        "allears firmware check --recordings recordings/labels.tsv",
    ),
    Job(
        "bench",
        "bench",
        "Measure latency, cost and size on this machine, beside other engines.",
        "allears bench --all --html bench.html    or: allears bench streaming --recordings l.tsv",
    ),
    Job(
        "seeds",
        "seeds",
        "Check the seed files the models grow from.",
        "allears seeds check en",
    ),
    Job(
        "speech",
        "speech",
        "Synthesise and judge the training speech.",
        "allears speech voices download    then: allears speech synth --language en",
    ),
    Job(
        "train",
        "training",
        "Train the models of a language.",
        "allears train --language sr --labels recordings/labels.tsv",
    ),
    Job(
        "keygen",
        "packing",
        "Make the key that signs packs.",
        "allears keygen -o key.pem",
    ),
    Job(
        "pack",
        "packing",
        "Build a market's signed pack, or show what one holds.",
        "allears pack rs --key key.pem -o rs.pack    then: allears pack --show rs.pack",
    ),
    Job(
        "device",
        "device",
        "Run a Linux-class device that packs are flashed to.",
        "allears device --link pty --state /tmp/kitchen --trust key.pub.pem",
    ),
    Job(
        "flash",
        "flash",
        "Put a market onto devices.",
        "allears flash rs --port /dev/ttyUSB0 --key key.pem",
    ),
    Job(
        "test",
        "testing",
        "Play recordings to a device and report what it made of them.",
        "allears test --port /dev/ttyUSB0 --profile rs --html report.html",
    ),
    Job(
        "monitor",
        "monitor",
        "Watch a device while it listens.",
        "allears monitor --port /dev/ttyUSB0    or: allears monitor --port kitchen/tty --web",
    ),
    Job(
        "record",
        "record",
        "Record a person's commands with a device's microphone.",
        "allears record --port /dev/ttyUSB0 --profile rs --speaker ana --out our-recordings",
    ),
    Job(
        "soak",
        "testing.soak",
        "Play hours of speech and noise; watch memory, counters, false alarms.",
        "allears soak --profile gb --hours 1    or: allears soak --port /dev/ttyUSB0 --profile gb",
    ),
    Job(
        "ports",
        "flash",
        "List the ports that a device may answer on.",
        "allears ports --json",
    ),
)

_EXTRA_OF_PACKAGE = {
    "aiohttp": "tools",
    "matplotlib": "tools",
    "joblib": "tools",
    "ai_edge_litert": "board",
    "cbor2": "flash",
    "cryptography": "flash",
    "imgtool": "flash",
    "jinja2": "tools",
    "serial": "flash",
    "smp": "flash",
    "smpclient": "flash",
    "tqdm": "tools",
    "pymicro_wakeword": "dev",
    "pytest": "dev",
    "distributed": "cluster",
}
"""Which extra brings an importable package; every other one is brought by `train`."""


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit status; errors go to stderr, without traceback."""
    try:
        _app_for(arguments)(list(arguments), prog_name="allears")
    except AllEarsError as error:
        _print_error(error)
        return USAGE_ERROR
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package in ("allears", "allears_tools", ""):
            raise
        extra = _EXTRA_OF_PACKAGE.get(package, "train")
        _print_error(
            AllEarsError(
                f"The package '{package}' is not installed.",
                f"This job needs more than a device does: the extra [{extra}].",
                f"pip install 'allears[{extra}]', or in a checkout: make setup",
            )
        )
        return USAGE_ERROR
    except KeyboardInterrupt:
        return 130
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _app_for(arguments: Sequence[str]) -> typer.Typer:
    """The command tree, with the named job in full and every other as a line of help."""
    wanted = next((a for a in arguments if not a.startswith("-")), None)
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        help="Offline voice commands for appliances. Try: allears demo",
    )
    app.callback()(_allears)
    for job in JOBS:
        if job.name == wanted:
            _register(app, job)
        else:
            app.command(job.name, help=job.help)(_placeholder)
    return app


def _register(app: typer.Typer, job: Job) -> None:
    module = importlib.import_module(f"allears_tools.{job.folder}.command")
    entry = getattr(module, job.name, None) or module.app
    epilog = f"Example: {escape(job.example)}"
    if isinstance(entry, typer.Typer):
        app.add_typer(entry, name=job.name, epilog=epilog)
    else:
        app.command(job.name, epilog=epilog)(entry)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(version("allears"))
        raise typer.Exit


def _allears(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Holds the options that stand before a job."""


def _placeholder() -> None:
    """Stands for a job that this command line does not name."""


def _print_error(error: AllEarsError) -> None:
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"[bold red]error:[/] {escape(str(error))}", highlight=False)

"""`allears compile`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from allears.compiling.compiler import compile_model
from allears.compiling.errors import CompileError

from allears_tools.compiling.description import describe


def compile(
    model: Annotated[Path, typer.Argument(help="A streaming int8 .tflite.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write; the model's name in .bin by default."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Turn a .tflite into a layer program that the C runtime runs in place from flash."""
    try:
        content = model.read_bytes()
    except OSError as fault:
        raise CompileError(
            f"Cannot read {model}: {fault.strerror}.", "a misspelt path", "Check the path."
        ) from fault
    program = compile_model(content, str(model))
    target = output or model.with_suffix(".bin")
    try:
        target.write_bytes(program)
    except OSError as fault:
        raise CompileError(
            f"Cannot write {target}: {fault.strerror}.",
            "no such folder, or no permission",
            "Name another file with --output.",
        ) from fault
    facts = describe(program)
    if as_json:
        print(json.dumps({"program": str(target), **facts}))
        return
    print(
        f"{target}: {facts['bytes']:,} bytes of flash, {facts['state_bytes']:,} bytes of state, "
        f"{facts['scratch_bytes']:,} of scratch, {facts['work']:,} operations a step"
    )
    print("  " + ", ".join(f"{count} {kind}" for kind, count in facts["steps"].items()))

"""Read a YAML or JSON data file into a typed struct, with faults told by file and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from allears.errors import DataFileError

T = TypeVar("T")


def load_data(path: Path, kind: type[T], error: type[DataFileError] = DataFileError) -> T:
    """Return the contents of ``path`` checked against the struct ``kind``.

    JSON is read as the subset of YAML that it is, so that both tell the line of a fault.

    Raises:
        error: the file is missing, not UTF-8 text, not YAML, or does not fit ``kind``.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise error(
            f"Cannot read {path}: {fault.strerror}.", remedy="Check the path and its permissions."
        ) from fault
    except UnicodeDecodeError as fault:
        raise error(
            f"{path} is not UTF-8 text.", "the file is damaged or binary", "Restore the file."
        ) from fault
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(fault, "problem", None) or "not readable as YAML"
        raise error(
            f"{path}{line}: {problem}.",
            "a slip of indentation, a missing quote or colon",
            "Correct that line.",
        ) from fault
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as fault:
        problem, _, place = str(fault).partition(" - at `$")
        line_number = _line_of(node, place.rstrip("`"))
        field = place.rstrip("`").lstrip(".")
        raise error(
            f"{path}:{line_number}: {field + ': ' if field else ''}{problem}.",
            "a misspelt or missing field, or a value of the wrong kind",
            "Correct that line; the other files in its folder show the form.",
        ) from fault


def _line_of(node: yaml.Node | None, place: str) -> int:
    """Return the 1-based line of msgspec's path ``place``, or of its nearest parent."""
    line = 1
    for name, index in re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", place):
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == name:
                    line, child = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
            child = node.value[int(index)]
            line = child.start_mark.line + 1
        if child is None:
            break
        node = child
    return line

"""YAML with the line of every value, so that a fault can name its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from allears_tools.seeds.faults import Fault

_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TextLoader(_BaseLoader):
    """Reads `yes`, `no`, `on` and `off` as the words they are, not as booleans."""


_TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in _BaseLoader.yaml_implicit_resolvers.items()
}
_TextLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)

KeyPath = tuple[str | int, ...]


@dataclass
class Document:
    """A parsed file: its plain data, and the line (from 1) of each value by its key path."""

    path: Path
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, at: KeyPath, what: str, remedy: str) -> None:
        """Note a fault at key path `at`, or at its nearest enclosing value."""
        while at and at not in self.lines:
            at = at[:-1]
        self.faults.append(Fault(self.path, self.lines.get(at, 1), what, remedy))


def parse_yaml(path: Path) -> Document:
    """Parse `path`; what cannot be read at all is noted as a fault of the document."""
    document = Document(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        document.faults.append(Fault(path, line, "is not UTF-8", "save the file as UTF-8"))
        return document
    loader = _TextLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            document.fault((), "the file is empty", "copy seeds/languages/en.yaml and edit it")
        else:
            document.data = _plain(loader, node, (), document)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        document.data = None
        document.faults.append(
            Fault(path, line, f"is not YAML: {error.problem}", "mend the indent or the quotes here")
        )
    except yaml.YAMLError as error:
        document.data = None
        document.faults.append(Fault(path, 1, f"is not YAML: {error}", "mend or re-type the file"))
    finally:
        loader.dispose()
    return document


def _plain(loader: Any, node: yaml.Node, at: KeyPath, document: Document) -> Any:
    """Python data of `node`, with the lines of its parts noted in `document`."""
    document.lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, child, (*at, i), document) for i, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in mapping:
                document.faults.append(
                    Fault(
                        document.path,
                        key_node.start_mark.line + 1,
                        f"'{key}' stands twice",
                        "keep one of them and move what the other holds into it",
                    )
                )
            child_path = (*at, key)
            mapping[key] = _plain(loader, value_node, child_path, document)
            document.lines[child_path] = key_node.start_mark.line + 1
        return mapping
    return loader.construct_object(node)

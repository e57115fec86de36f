"""Seed files from disk to structs; a broken file is refused with all its faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from allears.locate import seeds_dir

from allears_tools.seeds.commands_check import check_commands
from allears_tools.seeds.errors import SeedError
from allears_tools.seeds.faults import Fault
from allears_tools.seeds.language_check import check_language
from allears_tools.seeds.parsing import Document, parse_yaml
from allears_tools.seeds.schema import CommandSeed, CommandsFile, LanguageSeed


def language_codes(root: Path | None = None) -> list[str]:
    """Codes of the languages that have a seed file, sorted."""
    return sorted(p.stem for p in _languages_dir(root).glob("*.yaml"))


def load_commands(root: Path | None = None) -> list[CommandSeed]:
    """The commands of `seeds/commands.yaml`, in file order.

    Args:
        root: the seeds folder; AllEars' own where None.

    Raises:
        SeedError: the file is missing or broken.
    """
    return load_commands_file(root).commands


def load_commands_file(root: Path | None = None) -> CommandsFile:
    """The whole of `seeds/commands.yaml`: the commands and the grammar of numbers.

    Args and errors as of `load_commands`.
    """
    document = _parse(_commands_path(root))
    check_commands(document)
    _refuse(document)
    return msgspec.convert(document.data, CommandsFile)


def load_language(language: str, root: Path | None = None) -> LanguageSeed:
    """The seed of one language.

    Args:
        language: its code, the name of its file in `seeds/languages/`.
        root: the seeds folder; AllEars' own where None.

    Raises:
        SeedError: there is no such language, or its file is broken.
    """
    command_ids = [command.id for command in load_commands(root)]
    path = _languages_dir(root) / f"{language}.yaml"
    if not path.is_file():
        known = ", ".join(language_codes(root)) or "none"
        raise SeedError(
            f"There is no language '{language}'.",
            f"{path} does not exist; the languages are: {known}.",
            "Choose one of them, or write that file: a copy of en.yaml is a good start.",
        )
    document = _parse(path)
    check_language(document, command_ids)
    _refuse(document)
    data = _with_full_phrasings(document.data)
    data["commands"] = {i: data["commands"][i] for i in command_ids}
    return msgspec.convert(data, LanguageSeed)


def check_seeds(root: Path | None = None, languages: list[str] | None = None) -> list[Fault]:
    """Every fault of the commands file and of the named (default: all) language files."""
    commands = _parse(_commands_path(root))
    command_ids = check_commands(commands)
    faults = list(commands.faults)
    for language in languages or language_codes(root):
        document = _parse(_languages_dir(root) / f"{language}.yaml")
        check_language(document, command_ids)
        faults += document.faults
    return faults


def _languages_dir(root: Path | None) -> Path:
    return (root or seeds_dir()) / "languages"


def _commands_path(root: Path | None) -> Path:
    return (root or seeds_dir()) / "commands.yaml"


def _parse(path: Path) -> Document:
    if not path.is_file():
        raise SeedError(
            f"{path} cannot be read.",
            "There is no such file.",
            "`allears languages` lists what there is; restore the file from the checkout.",
        )
    return parse_yaml(path)


def _refuse(document: Document) -> None:
    """Raise with every fault of `document`, if it has any."""
    if not document.faults:
        return
    count = len(document.faults)
    raise SeedError(
        f"{document.path} has {count} fault{'s' if count > 1 else ''}.",
        "\n".join(str(fault) for fault in document.faults),
        "Mend these lines, then run `allears seeds check`.",
    )


def _with_full_phrasings(data: dict[str, Any]) -> dict[str, Any]:
    """`data` with plain-string phrasings written out as `{text: ...}`, and the `{text, ipa}` of
    confusables and sentences taken apart."""

    def full(phrasings: list[Any]) -> list[Any]:
        return [{"text": p} if isinstance(p, str) else p for p in phrasings]

    pronunciations: dict[str, Any] = {}

    def texts(entries: list[Any]) -> list[str]:
        pronunciations.update({e["text"]: e for e in entries if isinstance(e, dict)})
        return [e["text"] if isinstance(e, dict) else e for e in entries]

    wake = {
        **data["wake"],
        "phrasings": full(data["wake"]["phrasings"]),
        "confusables": texts(data["wake"]["confusables"]),
    }
    return {
        **data,
        "wake": wake,
        "commands": {k: full(v) for k, v in data["commands"].items()},
        "confusables": texts(data["confusables"]),
        "filler_sentences": texts(data["filler_sentences"]),
        "pronunciations": pronunciations,
    }

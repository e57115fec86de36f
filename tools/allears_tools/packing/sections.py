"""The sections of a pack, from a profile and the models of its languages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import cbor2
import msgspec
from allears import Listener, Profile, verifier
from allears.interpreter import NATIVE
from allears.languages import wake_folder
from allears.link_contract import (
    SECTION_COMMAND_RULE,
    SECTION_COMMANDS,
    SECTION_COMMANDS_MANIFEST,
    SECTION_EAR,
    SECTION_GOLDEN,
    SECTION_LISTENING,
    SECTION_MANIFEST,
    SECTION_PROFILE,
    SECTION_PROMPTS,
    SECTION_VERIFIER,
    SECTION_VERIFIER_MANIFEST,
    SECTION_WAKE,
    SECTION_WAKE_MANIFEST,
    SECTION_WAKE_RULE,
)
from allears.native.library import library_path
from allears.packs.profile_rules import command_rule, listening_rule, wake_rule
from allears.profile import ProfileLanguage
from allears.wake import load_manifest

from allears_tools.packing.golden import choose_golden

EAR = "ear.tflite"

ModelForm = Callable[[bytes, str], bytes]
"""Turns a `.tflite`, and what errors call it, into what a pack holds for a board."""


class SectionContent(NamedTuple):
    """A section before it has a place."""

    kind: int
    language: str
    content: bytes


def build_sections(
    profile: Profile, board: str, version: str, models: Path, form: ModelForm, *, linux: bool
) -> list[SectionContent]:
    """Return the sections in the order of docs/pack-format.md.

    Raises:
        AllEarsError: profile and models do not fit, or there is no golden clip.
    """
    listener = _listener(profile, models, linux)
    sources: dict[str, bytes] = {EAR: (models / EAR).read_bytes()}
    languages: list[SectionContent] = []
    wakes: set[Path] = set()
    for entry in profile.languages:
        folder = wake_folder(profile, entry, models)
        # Languages with one wake word share a model: it stands once, with the first of them.
        wake = () if folder in wakes else _wake(entry, folder, form, sources, linux)
        wakes.add(folder)
        languages += [*wake, *_language(listener, entry, models, folder, form, sources, linux)]
    manifest = {
        "market": profile.country,
        "name": profile.name,
        "version": version,
        "board": board,
        "languages": [
            {"language": e.language, "wake_words": e.wake_words} for e in profile.languages
        ],
        "models": {name: hashlib.sha256(model).digest() for name, model in sources.items()},
    }
    return [
        SectionContent(SECTION_MANIFEST, "", _cbor(manifest)),
        SectionContent(SECTION_EAR, "", form(sources[EAR], EAR)),
        SectionContent(SECTION_PROFILE, "", _cbor(msgspec.to_builtins(profile))),
        SectionContent(SECTION_LISTENING, "", listening_rule(profile).encode()),
        *languages,
    ]


def _listener(profile: Profile, models: Path, linux: bool) -> Listener:
    """What hears the golden clips as the board will: a microcontroller runs the C runtime, whose
    kernels round otherwise than an interpreter's, which can move an event by some steps."""
    own = None if linux or not library_path().is_file() else NATIVE
    return Listener(profile, models=models, interpreter=own)


def _wake(
    entry: ProfileLanguage, folder: Path, form: ModelForm, sources: dict[str, bytes], linux: bool
) -> list[SectionContent]:
    """The wake model, and its verifier where it has one."""
    manifest = folder / "wake.json"
    models = [(SECTION_WAKE, load_manifest(manifest).model, SECTION_WAKE_MANIFEST, manifest)]
    manifest = folder / verifier.MANIFEST
    if manifest.is_file():
        models += [(SECTION_VERIFIER, verifier.MODEL, SECTION_VERIFIER_MANIFEST, manifest)]
    sections = []
    for kind, model, manifest_kind, manifest in models:
        name = f"{folder.name}/{model}"
        sources[name] = (folder / model).read_bytes()
        sections += [SectionContent(kind, entry.language, form(sources[name], name))]
        if linux:
            content = manifest.read_bytes()
            sections += [SectionContent(manifest_kind, entry.language, content)]
    return sections


def _language(
    listener: Listener,
    entry: ProfileLanguage,
    models: Path,
    wake_of: Path,
    form: ModelForm,
    sources: dict[str, bytes],
    linux: bool,
) -> list[SectionContent]:
    code = entry.language
    folder = models / code
    name = f"{code}/commands.tflite"
    sources[name] = (folder / "commands.tflite").read_bytes()
    golden = choose_golden(listener, entry, models)
    sections = [
        (SECTION_WAKE_RULE, wake_rule(entry, wake_of).encode()),
        (SECTION_COMMANDS, form(sources[name], name)),
        (SECTION_COMMAND_RULE, command_rule(listener.profile, entry, folder).encode()),
        (SECTION_PROMPTS, _cbor(msgspec.to_builtins(entry.prompts))),
        (SECTION_GOLDEN, golden.encode()),
    ]
    if linux:
        sections += [
            (SECTION_COMMANDS_MANIFEST, (folder / "commands.json").read_bytes()),
        ]
    return [SectionContent(kind, code, content) for kind, content in sections]


def _cbor(value: Any) -> bytes:
    return cbor2.dumps(value, canonical=True)

"""The sections of a pack, from a profile and the models of its languages."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import cbor2
import msgspec
from allears import Listener, Profile
from allears.command_contract import DIGITS, NUMBER_GAP_MS, NUMBER_HOLD_OFF_MS, NUMBERS
from allears.commands import HeadManifest
from allears.contract import PROBABILITY_STEPS
from allears.datafile import load_data
from allears.link_contract import (
    NO_LIMIT,
    SECTION_COMMAND_RULE,
    SECTION_COMMANDS,
    SECTION_COMMANDS_MANIFEST,
    SECTION_EAR,
    SECTION_GOLDEN,
    SECTION_LISTENING,
    SECTION_MANIFEST,
    SECTION_PROFILE,
    SECTION_PROMPTS,
    SECTION_WAKE,
    SECTION_WAKE_MANIFEST,
    SECTION_WAKE_RULE,
)
from allears.packs.rules import CommandClass, CommandRule, ListeningRule, WakeRule
from allears.profile import ProfileLanguage
from allears.wake import load_manifest

from allears_tools.packing.golden import choose_golden

ModelForm = Callable[[bytes, str], bytes]
"""Turns a `.tflite`, and what errors call it, into what a board runs."""


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
    listener = Listener(profile, models=models)
    sources: dict[str, bytes] = {"ear.tflite": (models / "ear.tflite").read_bytes()}
    languages: list[SectionContent] = []
    for entry in profile.languages:
        languages += _language(listener, entry, models, form, sources, linux)
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
        SectionContent(SECTION_EAR, "", form(sources["ear.tflite"], "ear.tflite")),
        SectionContent(SECTION_PROFILE, "", _cbor(msgspec.to_builtins(profile))),
        SectionContent(SECTION_LISTENING, "", listening_rule(profile).encode()),
        *languages,
    ]


def _language(
    listener: Listener,
    entry: ProfileLanguage,
    models: Path,
    form: ModelForm,
    sources: dict[str, bytes],
    linux: bool,
) -> list[SectionContent]:
    code = entry.language
    folder = models / code
    wake = load_manifest(folder / "wake.json")
    for name in (wake.model, "commands.tflite"):
        sources[f"{code}/{name}"] = (folder / name).read_bytes()
    golden = choose_golden(listener, code, models)
    sections = [
        (SECTION_WAKE, form(sources[f"{code}/{wake.model}"], f"{code}/{wake.model}")),
        (SECTION_WAKE_RULE, wake_rule(entry, folder).encode()),
        (SECTION_COMMANDS, form(sources[f"{code}/commands.tflite"], f"{code}/commands.tflite")),
        (SECTION_COMMAND_RULE, command_rule(listener.profile, entry, folder).encode()),
        (SECTION_PROMPTS, _cbor(msgspec.to_builtins(entry.prompts))),
        (SECTION_GOLDEN, golden.encode()),
    ]
    if linux:
        sections += [
            (SECTION_WAKE_MANIFEST, (folder / "wake.json").read_bytes()),
            (SECTION_COMMANDS_MANIFEST, (folder / "commands.json").read_bytes()),
        ]
    return [SectionContent(kind, code, content) for kind, content in sections]


def wake_rule(entry: ProfileLanguage, folder: Path) -> WakeRule:
    """Return when the wake model in `folder` fires, in whole numbers that decide as Python does."""
    manifest = load_manifest(folder / "wake.json")
    steps = manifest.micro.sliding_window_size
    cutoff = entry.thresholds.wake
    cutoff = manifest.micro.probability_cutoff if cutoff is None else cutoff
    full_scale = PROBABILITY_STEPS * steps
    limit = math.ceil(cutoff * full_scale)
    while limit / full_scale > cutoff:  # the highest sum that is not above the cutoff
        limit -= 1
    return WakeRule(steps, limit, manifest.wake_word)


def command_rule(profile: Profile, entry: ProfileLanguage, folder: Path) -> CommandRule:
    """Return when the head in `folder` gives which command, thresholds of the profile applied."""
    manifest = load_data(folder / "commands.json", HeadManifest)
    full_scale = PROBABILITY_STEPS * manifest.smoothing_frames
    given = entry.thresholds
    general = manifest.threshold if given.command is None else given.command
    thresholds = {**manifest.thresholds, **given.commands}

    def limit(id: str) -> int:
        if profile.commands and id not in profile.commands:
            return NO_LIMIT
        return math.ceil(thresholds.get(id, general) * full_scale)

    numbers = {**NUMBERS, **profile.number_digits}
    classes = [
        CommandClass(id, limit(id), DIGITS.get(id), numbers.get(id, (0, 0)))
        for id in manifest.classes[1:]
    ]
    timing = manifest.smoothing_frames, manifest.refractory_ms, manifest.listen_timeout_ms
    return CommandRule(*timing, classes)


def listening_rule(profile: Profile) -> ListeningRule:
    """Return the timing of a profile's listener."""
    timing = profile.listening
    return ListeningRule(
        timing.follow_up_ms,
        timing.preroll_ms,
        timing.extend_ms,
        timing.vad_aggressiveness,
        NUMBER_GAP_MS,
        NUMBER_HOLD_OFF_MS,
    )


def _cbor(value: Any) -> bytes:
    return cbor2.dumps(value, canonical=True)

"""Recordings of people that may train, as utterances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from allears_tools.evaluate.labels import Clip, read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.seeds import load_language
from allears_tools.seeds.matching import match_command
from allears_tools.training.material import load_clip
from allears_tools.training.streams import NONE, SAMPLE_RATE_HZ, Utterance, trim

_NOISE_KINDS = frozenset({"noise", "music", "noise-car", "beep"})
_SINGLE_WORD_KINDS = frozenset({"command", "digit"})
_COVERED_COMMANDS = 15
"""Commands that people must say before recordings join a head's positives."""


def real_negatives(labels: Path, keep: Callable[[Clip], bool]) -> list[Utterance]:
    """Recordings of people that may train, as utterances of no class."""
    out = []
    for clip in read_labels(labels):
        if is_test(clip) or clip.kind in _NOISE_KINDS or not keep(clip):
            continue
        samples = load_clip(clip.audio)
        if np.abs(samples).max() < 1e-3:
            continue
        long = len(samples) > 3 * SAMPLE_RATE_HZ
        out.append(Utterance(samples if long else trim(samples), 0, background=long))
    return out


def says_enough(labels: Path, language: str) -> bool:
    """Whether recordings that may train say enough of a language's commands to be positives."""
    seed = load_language(language)
    said = {
        match_command(seed, clip.text)
        for clip in read_labels(labels)
        if clip.language == language and not is_test(clip) and clip.kind in _SINGLE_WORD_KINDS
    }
    return len(said - {None}) >= _COVERED_COMMANDS


def real_commands(
    labels: Path, language: str, number: Mapping[str, int]
) -> tuple[list[Utterance], list[Utterance]]:
    """Recordings that may train in which people say this language's commands, or other words.

    Nothing where the recordings cover too few commands: a head that hears people in some classes
    only would learn that a person means one of those.

    Args:
        labels: a labels file.
        language: whose recordings.
        number: class of each command id.

    Returns:
        the commands, and single words of the same people that are none.
    """
    if not says_enough(labels, language):
        return [], []
    seed = load_language(language)
    said, other = [], []
    for clip in read_labels(labels):
        if clip.language != language or is_test(clip) or clip.kind not in _SINGLE_WORD_KINDS:
            continue
        utterance = trim(load_clip(clip.audio))
        command = match_command(seed, clip.text)
        if command is None:
            other.append(Utterance(utterance, NONE))
        else:
            said.append(Utterance(utterance, number[command]))
    return said, other

"""Scenes from a folder of labelled recordings of people, where the user has one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from allears.profile import ProfileLanguage

from allears_tools.demo.scenes import Scene, Section, wake_clips
from allears_tools.evaluate.labels import Clip, read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.seeds import load_language, match_command

_MOST_SCENES = 24


def real_people_section(entry: ProfileLanguage, labels: Path) -> Section:
    """Up to 24 commands by as many people as the labels name; none of them trained on.

    The wake word is a person's too where the recordings have it, else a held-out voice's.

    Args:
        entry: the language, as a profile has it.
        labels: a labels file as `allears evaluate` reads it.
    """
    seed = load_language(entry.language)
    clips = [c for c in read_labels(labels) if c.language == entry.language and is_test(c)]
    real_wakes = [c.audio for c in clips if c.kind == "wake" and c.text in entry.wake_words]
    wakes = cycle(real_wakes) if real_wakes else wake_clips(entry)
    commands = [c for c in clips if match_command(seed, c.text)]
    scenes = [
        Scene(c.speaker or c.source, c.text, match_command(seed, c.text), next(wakes), c.audio)
        for c in _taking_turns(commands)
    ]
    whose = "wake word: people" if real_wakes else "wake word: synthetic"
    title = f"{seed.name}, people: {labels.parent.name} ({whose})"
    return Section(title, entry.language, True, scenes)


def _taking_turns(clips: list[Clip]) -> Iterator[Clip]:
    """One clip of each speaker in turn, no speaker saying the same text twice."""
    by_speaker: dict[str, dict[str, Clip]] = defaultdict(dict)
    for clip in clips:
        by_speaker[clip.speaker or clip.source].setdefault(clip.text, clip)
    queues = []
    for turn, said in enumerate(by_speaker.values()):
        texts = list(said.values())
        start = turn * len(texts) // max(len(by_speaker), 1)
        queues.append(texts[start:] + texts[:start])
    turns = [queue[i] for i in range(_MOST_SCENES) for queue in queues if i < len(queue)]
    yield from turns[:_MOST_SCENES]

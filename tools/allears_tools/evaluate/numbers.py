"""Numbers: a setting command and digits after it, spliced to one phrase, and what is heard.

The digits are recordings of people, those of a number by one of them. The setting command is a
person's too where the labels have it, else a held-out synthetic voice's: from a labels file of such
clips, or of the demo.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from allears import Command, Listener
from allears.audio import read_audio
from allears.command_contract import DIGITS, NUMBERS
from joblib import Parallel, delayed

from allears_tools.demo.scenes import demo_clips
from allears_tools.evaluate.clip_audio import SAMPLE_RATE_HZ, Samples, quiet
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.intervals import wilson
from allears_tools.evaluate.labels import Clip
from allears_tools.evaluate.listening import hear
from allears_tools.evaluate.runner import Plan
from allears_tools.seeds import LanguageSeed, match_command

PER_SPEAKER = 24
_SEED = 20261123
_BEFORE_DIGITS_S = (0.2, 0.7)
_BETWEEN_DIGITS_S = (0.1, 0.4)
"""Pauses in a phrase said in one go, drawn evenly from these."""

_AFTER_S = 2.2
"""Quiet after the last digit: the time a number waits for another, and the ear's delay."""

_BELOW_PEAK_DB = 35.0


@dataclass(frozen=True)
class Phrase:
    """A spoken number: its setting command, its digits, and the pause before each of them."""

    setting: str
    setting_audio: Path
    digits: tuple[Clip, ...]
    pauses_s: tuple[float, ...]
    number: int

    @property
    def speaker(self) -> str:
        """Whose digits they are."""
        return f"{self.digits[0].source}/{self.digits[0].speaker or 'unnamed'}"

    def audio(self) -> Samples:
        """Return the phrase between two quiet stretches, int16 [n]; all words equally loud."""
        words = [_trimmed(clip.audio) for clip in self.digits]
        level = _level(words[0])
        setting = _trimmed(self.setting_audio)
        parts = [quiet(0.5), _at_level(setting, level)]
        for pause_s, word in zip(self.pauses_s, words, strict=True):
            parts += [quiet(pause_s), _at_level(word, level)]
        return np.concatenate([*parts, quiet(_AFTER_S)])


def plan_phrases(planned: Plan, seed: LanguageSeed, synthetic: Sequence[Clip] = ()) -> list[Phrase]:
    """Make PER_SPEAKER phrases of each speaker's digits, a third of them of one digit.

    Args:
        planned: a commands plan of the language, which says what each clip is.
        seed: the language's words.
        synthetic: clips of held-out voices, for want of people who say a setting command.

    Raises:
        EvaluationError: no clips of digits, or no clip of a setting command.
    """
    settings = _settings([(truth.expected, clip.audio) for clip, truth in planned.judged])
    settings = settings or _settings([(match_command(seed, c.text), c.audio) for c in synthetic])
    if not settings:
        demo = demo_clips(seed.language)
        settings = _settings([(match_command(seed, c.text), c.path) for c in demo])
    speakers: dict[tuple[str, str], list[tuple[int, Clip]]] = defaultdict(list)
    for clip, truth in planned.judged:
        if truth.expected in DIGITS:
            speakers[clip.source, clip.speaker].append((DIGITS[truth.expected], clip))
    if not settings or not speakers:
        what = "digits" if settings else f"one of {', '.join(NUMBERS)}"
        raise EvaluationError(
            f"There is no clip of {what} in {seed.name}.",
            "the labels file has none, and neither have the demo's clips",
            "Give --labels a file with recordings of digits of that language.",
        )
    random = np.random.default_rng(_SEED)
    phrases = []
    for key in sorted(speakers):
        for turn in range(PER_SPEAKER):
            setting, audio = settings[int(random.integers(len(settings)))]
            spoken = [speakers[key][i] for i in random.integers(len(speakers[key]), size=2)]
            spoken = spoken[: 1 if turn % 3 == 0 else 2]
            pauses_s = [random.uniform(*_BEFORE_DIGITS_S), random.uniform(*_BETWEEN_DIGITS_S)]
            phrases.append(
                Phrase(
                    setting=setting,
                    setting_audio=audio,
                    digits=tuple(clip for _, clip in spoken),
                    pauses_s=tuple(pauses_s[: len(spoken)]),
                    number=int("".join(str(digit) for digit, _ in spoken)),
                )
            )
    return phrases


def _settings(said: list[tuple[str | None, Path]]) -> list[tuple[str, Path]]:
    return [(id, audio) for id, audio in said if id in NUMBERS]


@dataclass(frozen=True)
class Heard:
    """What came of a phrase: whether its setting was heard, and the number after it, if any."""

    phrase: Phrase
    setting_heard: bool
    number: int | None

    @property
    def outcome(self) -> str:
        """One of `right`, `wrong_number`, `no_number`, `setting_missed`."""
        if not self.setting_heard:
            return "setting_missed"
        if self.number is None:
            return "no_number"
        return "right" if self.number == self.phrase.number else "wrong_number"


def hear_phrase(phrase: Phrase, listener: Listener) -> Heard:
    """Play a phrase as if the wake word had just been said."""
    listener.reset()
    events = [*listener.feed(phrase.audio()), *listener.finish()]
    own = [e for e in events if isinstance(e, Command) and e.id == phrase.setting]
    numbers = [event.number for event in own if event.number is not None]
    return Heard(phrase, any(event.number is None for event in own), next(iter(numbers), None))


def run_phrases(
    phrases: list[Phrase],
    planned: Plan,
    build: Callable[[], Listener],
    jobs: int = 1,
    progress: Callable[[int], None] = lambda phrases: None,
) -> dict[str, Any]:
    """Hear all phrases, and their digits each alone; return the report."""
    batches = [phrases[at : at + PER_SPEAKER] for at in range(0, len(phrases), PER_SPEAKER)]
    truths = {clip.path: truth for clip, truth in planned.judged}
    work = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(_hear_batch)(batch, truths, build) for batch in batches
    )
    heard: list[Heard] = []
    alone: dict[str, bool] = {}
    for found, found_alone in work:
        heard += found
        alone |= found_alone
        progress(len(found))
    return numbers_report(heard, alone)


def _hear_batch(
    batch: list[Phrase], truths: dict[str, Any], build: Callable[[], Listener]
) -> tuple[list[Heard], dict[str, bool]]:
    listener = build()
    clips = {clip.path: clip for phrase in batch for clip in phrase.digits}
    alone = {
        path: hear(clip, truths[path], "commands", listener).heard[:1] == (truths[path].expected,)
        for path, clip in clips.items()
    }
    return [hear_phrase(phrase, listener) for phrase in batch], alone


def numbers_report(heard: list[Heard], alone: dict[str, bool]) -> dict[str, Any]:
    """Count outcomes: of all, `by_digits` (how many) and `by_speaker`.

    ``digits_alone`` is how many of the digits' clips are right when heard alone, and
    ``expected_rate`` the rate of right numbers that follows if splicing them changed nothing.
    """

    def groups(name: Callable[[Heard], str]) -> dict[str, Any]:
        names = sorted({name(one) for one in heard})
        return {key: _counts([h for h in heard if name(h) == key], alone) for key in names}

    return {
        **_counts(heard, alone),
        "digits_alone": {"clips": len(alone), "right": sum(alone.values())},
        "by_digits": groups(lambda one: str(len(one.phrase.digits))),
        "by_speaker": groups(lambda one: one.phrase.speaker),
    }


def _counts(heard: list[Heard], alone: dict[str, bool]) -> dict[str, Any]:
    outcomes = Counter(one.outcome for one in heard)
    due = [one for one in heard if one.setting_heard]
    possible = sum(all(alone[clip.path] for clip in one.phrase.digits) for one in due)
    return {
        "phrases": len(heard),
        "setting_missed": outcomes["setting_missed"],
        "right": outcomes["right"],
        "wrong_number": outcomes["wrong_number"],
        "no_number": outcomes["no_number"],
        "right_rate": outcomes["right"] / len(due) if due else None,
        "right_interval": wilson(outcomes["right"], len(due)),
        "expected_rate": possible / len(due) if due else None,
    }


def _trimmed(path: Path) -> np.ndarray:
    """A clip without the quiet around its speech: float32 [n]."""
    sound = read_audio(path).astype(np.float32)
    step = SAMPLE_RATE_HZ // 100
    frames = sound[: len(sound) // step * step].reshape(-1, step)
    if not len(frames):
        return sound
    level_db = 10 * np.log10(np.mean(frames**2, axis=1) + 1.0)
    loud = np.flatnonzero(level_db >= level_db.max() - _BELOW_PEAK_DB)
    return sound[int(loud[0]) * step : (int(loud[-1]) + 1) * step]


def _at_level(word: np.ndarray, level: float) -> Samples:
    gain = level / max(_level(word), 1.0)
    return np.clip(np.rint(word * gain), -32768, 32767).astype(np.int16)


def _level(word: np.ndarray) -> float:
    return float(np.sqrt(np.mean(word**2)))

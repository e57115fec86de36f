"""Which language does a bilingual device take a clip for?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from allears import Listener
from allears.profile import Profile

from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.intervals import wilson
from allears_tools.evaluate.judging import Vocabulary
from allears_tools.evaluate.labels import Clip
from allears_tools.evaluate.listening import Hearing
from allears_tools.evaluate.neutral import neutral_profile
from allears_tools.evaluate.runner import Plan, plan
from allears_tools.seeds import load_language


@dataclass(frozen=True)
class RoutingListener:
    """A `ListenerFactory` for several languages at once, with all commands of each.

    Commands: the heads of all languages run on the one ear, as after a shared wake word.
    Wake: each language's own wake word, beside each other.
    """

    languages: tuple[str, ...]
    models: Path

    def __call__(self, profile: str, language: str, stage: str) -> Listener:
        """Build the listener of a stage; with a `profile`, of its languages as it has them."""
        return Listener(
            Profile.load(profile) if profile else self._profile(),
            assume_wake=stage == "commands",
            wake_only=stage == "wake",
            models=self.models,
        )

    def _profile(self) -> Profile:
        alone = [neutral_profile(language, self.models) for language in self.languages]
        entries = [entry for profile in alone for entry in profile.languages]
        return msgspec.structs.replace(alone[0], languages=entries)


def languages_of(wanted: str) -> tuple[str, ...]:
    """Return the languages of "en,sr".

    Raises:
        EvaluationError: fewer than two different ones.
    """
    languages = tuple(part.strip() for part in wanted.split(",") if part.strip())
    if len(set(languages)) != len(languages) or len(languages) < 2:
        raise EvaluationError(
            f"--routing {wanted} names no two languages.",
            "routing chooses between languages",
            "Write their codes with a comma: --routing en,sr",
        )
    return languages


def plan_routing(
    clips: list[Clip], stage: str, languages: Sequence[str], split: str, sources: frozenset[str]
) -> Plan:
    """Choose the clips in which an event is due, of every language.

    Raises:
        EvaluationError: none has any.
    """
    planned = Plan(stage, [], Counter())
    for language in languages:
        vocabulary = Vocabulary.of(load_language(language))
        own = [clip for clip in clips if clip.language == language]
        if not own:
            continue  # another labels file may have its clips
        found = plan(own, stage, vocabulary, split, sources & {clip.source for clip in own})
        planned.judged.extend(found.positives.judged)
        planned.skipped.update(found.skipped)
        planned.skipped["no event due"] += len(found.judged) - len(found.positives.judged)
    if not planned.judged:
        raise EvaluationError(
            f"No clip of {', '.join(languages)} in which an event is due.",
            "the labels file has none of these languages, or of this stage",
            "Check --routing, --stage and --split against the labels file's columns.",
        )
    return planned


def routing_report(hearings: list[Hearing], skipped: Counter[str]) -> dict[str, Any]:
    """Count right languages: of all, `by_language` and `by_source` (language/source)."""
    by_language = _groups(hearings, lambda hearing: hearing.clip.language)
    rates = [counts["language_rate"] for counts in by_language.values()]
    known = [rate for rate in rates if rate is not None]
    return {
        **_counts(hearings),
        "language_rate_mean": sum(known) / len(known) if known else None,
        "by_language": by_language,
        "by_source": _groups(hearings, lambda h: f"{h.clip.language}/{h.clip.source}"),
        "skipped": dict(sorted(skipped.items())),
    }


def _groups(hearings: list[Hearing], name: Callable[[Hearing], str]) -> dict[str, Any]:
    names = sorted({name(hearing) for hearing in hearings})
    return {key: _counts([h for h in hearings if name(h) == key]) for key in names}


def _counts(hearings: list[Hearing]) -> dict[str, Any]:
    """Return counts by the first event of each clip.

    ``language_rate`` is of the clips with an event: silence chooses no language.
    """
    answered = [hearing for hearing in hearings if hearing.heard]
    right = [h for h in answered if h.languages[0] == h.clip.language]
    return {
        "clips": len(hearings),
        "none": len(hearings) - len(answered),
        "language_right": len(right),
        "language_wrong": len(answered) - len(right),
        "language_rate": len(right) / len(answered) if answered else None,
        "language_interval": wilson(len(right), len(answered)),
        "event_right": sum(h.heard[0] == h.truth.expected for h in right),
    }

"""Counts what was heard, and turns the counts into the report (plain data, ready for JSON)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from allears_tools.evaluate.intervals import wilson
from allears_tools.evaluate.judging import LONG_AUDIO_S
from allears_tools.evaluate.listening import Hearing
from allears_tools.evaluate.noise import NoiseBed
from allears_tools.evaluate.split import is_test

NONE = "none"
"""How a confusion table names silence where an event was due."""

NO_COMMAND = "(no command)"
"""How a confusion table names what was said in clips that should give no event."""


@dataclass
class Tally:
    """Counts over some clips. Each clip is a positive or a negative.

    `right`, `wrong` and `none` share out the positives by their first event; `repeated` are those
    that gave another after it. A negative of up to LONG_AUDIO_S adds at most one false event; in
    longer ones each event is one.
    """

    right: int = 0
    wrong: int = 0
    none: int = 0
    repeated: int = 0
    negatives: int = 0
    negative_s: float = 0.0
    false_events: int = 0
    false_clips: int = 0

    def add(self, hearing: Hearing) -> None:
        """Count one clip."""
        if hearing.truth.expected is None:
            self.negatives += 1
            self.negative_s += hearing.duration_s
            self.false_events += len(hearing.heard)
            self.false_clips += bool(hearing.heard)
            return
        self.repeated += hearing.repeated
        if not hearing.heard:
            self.none += 1
        elif hearing.heard[0] == hearing.truth.expected:
            self.right += 1
        else:
            self.wrong += 1

    @property
    def positives(self) -> int:
        """Clips in which an event was due."""
        return self.right + self.wrong + self.none

    def as_dict(self) -> dict[str, Any]:
        """Return the counts with rates in 0..1, their 95 % intervals, and hours."""
        hours = self.negative_s / 3600
        return {
            "clips": self.positives + self.negatives,
            "right": self.right,
            "wrong": self.wrong,
            "none": self.none,
            "repeated": self.repeated,
            "right_rate": self.right / self.positives if self.positives else None,
            "right_interval": wilson(self.right, self.positives),
            "in_vocabulary_clips": self.positives,
            "out_of_vocabulary_clips": self.negatives,
            "false_events": self.false_events,
            "false_clip_rate": self.false_clips / self.negatives if self.negatives else None,
            "false_clip_interval": wilson(self.false_clips, self.negatives),
            "negative_hours": hours,
            "false_per_hour": self.false_events / hours if hours else None,
        }


@dataclass
class Groups:
    """Tallies by a name."""

    of: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    @classmethod
    def by(cls, hearings: Iterable[Hearing], name: Callable[[Hearing], str | None]) -> Groups:
        """Count each clip under its name; clips without a name are left out."""
        groups = cls()
        for hearing in hearings:
            if (key := name(hearing)) is not None:
                groups.of[key].add(hearing)
        return groups

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Return name -> counts, sorted by name."""
        return {name: self.of[name].as_dict() for name in sorted(self.of)}


def report(hearings: list[Hearing], skipped: Counter[str]) -> dict[str, Any]:
    """Sum up an evaluation; see `Tally.as_dict` for the counts that every group has."""
    total = Tally()
    for hearing in hearings:
        total.add(hearing)
    return {
        **total.as_dict(),
        "by_source": Groups.by(hearings, lambda h: h.clip.source).as_dict(),
        "by_command": Groups.by(hearings, lambda h: h.truth.expected).as_dict(),
        "by_speaker": Groups.by(hearings, _speaker).as_dict(),
        "by_split": Groups.by(hearings, _split).as_dict(),
        "by_length": Groups.by(hearings, _length).as_dict(),
        "confusions": _confusions(hearings),
        "false_texts": _false_texts(hearings),
        "latency_s": _latency(hearings),
        "skipped": dict(sorted(skipped.items())),
    }


def noise_report(noisy: list[Hearing], clean_rate: float | None, bed: NoiseBed) -> dict[str, Any]:
    """Sum up the positives heard in a noise, and what that lost against `clean_rate`.

    ``points_lost`` are percentage points of right clips.
    """
    total = Tally()
    for hearing in noisy:
        total.add(hearing)
    counts = total.as_dict()
    rate = counts["right_rate"]
    return {
        **{key: counts[key] for key in ("in_vocabulary_clips", "right", "wrong", "none")},
        "right_rate": rate,
        "right_interval": counts["right_interval"],
        "points_lost": 0.0 if rate is None or clean_rate is None else 100 * (clean_rate - rate),
        "snr_db": bed.snr_db,
        "recordings": [file.name for file in bed.files],
    }


def _speaker(hearing: Hearing) -> str | None:
    clip = hearing.clip
    return f"{clip.source}/{clip.speaker}" if clip.speaker else None


def _split(hearing: Hearing) -> str:
    return "test" if is_test(hearing.clip) else "train"


def _length(hearing: Hearing) -> str:
    return "long" if hearing.clip.duration_s > LONG_AUDIO_S else "short"


def _confusions(hearings: list[Hearing]) -> dict[str, dict[str, int]]:
    """Return said -> heard -> clips, of short clips: long audio has no one answer."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for hearing in hearings:
        if _length(hearing) == "short":
            heard = hearing.heard[0] if hearing.heard else NONE
            table[hearing.truth.expected or NO_COMMAND][heard] += 1
    return {said: dict(table[said].most_common()) for said in sorted(table)}


def _false_texts(hearings: list[Hearing], most: int = 40) -> list[dict[str, Any]]:
    """Return the texts that most often fired though they should not have."""
    table: Counter[tuple[str, str, str]] = Counter()
    for hearing in hearings:
        if hearing.truth.expected is None:
            for heard in hearing.heard:
                text = hearing.clip.text or hearing.clip.path
                table[(hearing.clip.source, text, heard)] += 1
    return [
        {"source": source, "text": text, "heard": heard, "events": events}
        for (source, text, heard), events in table.most_common(most)
    ]


def _latency(hearings: list[Hearing]) -> dict[str, Any]:
    """Return the delay of right events after the estimated end of the speech, in seconds."""
    delays = sorted(
        hearing.latency_s
        for hearing in hearings
        if hearing.latency_s is not None and hearing.heard[0] == hearing.truth.expected
    )
    if not delays:
        return {"events": 0, "p50": None, "p90": None}
    return {
        "events": len(delays),
        "p50": round(median(delays), 3),
        "p90": round(delays[int(0.9 * (len(delays) - 1))], 3),
    }

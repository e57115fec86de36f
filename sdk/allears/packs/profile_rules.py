"""A profile's rules in the whole numbers that the C runtime decides by, as Python does."""

from __future__ import annotations

import math
from pathlib import Path

from allears.command_contract import DIGITS, NUMBER_GAP_MS, NUMBER_HOLD_OFF_MS, NUMBERS
from allears.commands import HeadManifest
from allears.contract import PROBABILITY_STEPS
from allears.datafile import load_data
from allears.link_contract import NO_LIMIT
from allears.packs.rules import CommandClass, CommandRule, ListeningRule, WakeRule
from allears.profile import Profile, ProfileLanguage
from allears.verifier import load_verifier_manifest, summed_limit
from allears.wake import load_manifest


def wake_rule(entry: ProfileLanguage, folder: Path) -> WakeRule:
    """Return when the wake word of `folder` is heard, in whole numbers that decide as Python does.

    The profile's threshold is the verifier's, where there is one.
    """
    manifest, verifier = load_manifest(folder / "wake.json"), load_verifier_manifest(folder)
    steps, cutoff = manifest.micro.sliding_window_size, entry.thresholds.wake
    if verifier is None:
        own = manifest.micro.probability_cutoff if cutoff is None else cutoff
        return WakeRule(steps, _wake_limit(own, steps), manifest.wake_word)
    return WakeRule(
        steps,
        _wake_limit(verifier.candidate_cutoff, steps),
        manifest.wake_word,
        verifier.sliding_window_size,
        summed_limit(
            verifier.probability_cutoff if cutoff is None else cutoff, verifier.sliding_window_size
        ),
    )


def _wake_limit(cutoff: float, steps: int) -> int:
    full_scale = PROBABILITY_STEPS * steps
    limit = math.ceil(cutoff * full_scale)
    while limit / full_scale > cutoff:  # the highest sum that is not above the cutoff
        limit -= 1
    return limit


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

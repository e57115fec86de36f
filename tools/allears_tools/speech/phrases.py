"""Everything a language seed wants spoken."""

from __future__ import annotations

import msgspec

from allears_tools.seeds import LanguageSeed, Phrasing


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """Words to be spoken and what they are for."""

    text: str
    role: str
    label: str
    ipa: str | None = None
    """For Kokoro."""
    espeak: str | None = None
    """For espeak-ng, in its phoneme names."""


def phrases(seed: LanguageSeed) -> list[Phrase]:
    """Everything the seed wants spoken, commands first."""
    out = []
    for label, phrasings in seed.commands.items():
        out += [_phrase(p, "command", label) for p in phrasings]
    out += [_phrase(p, "wake", "wake") for p in seed.wake.phrasings]
    call = seed.wake.phrasings[0]
    for phrasings in seed.commands.values():
        out.append(_phrase(_one_breath(call, phrasings[0]), "wake_carrier", "wake"))
    for role, texts in (
        ("wake_confusable", seed.wake.confusables),
        ("confusable", seed.confusables),
        ("filler", seed.filler_sentences),
    ):
        out += [_phrase(seed.pronunciations.get(t, Phrasing(t)), role, "none") for t in texts]
    return out


def _phrase(said: Phrasing, role: str, label: str) -> Phrase:
    return Phrase(
        text=said.text,
        role=role,
        label=label,
        ipa=said.ipa_for("kokoro"),
        espeak=said.ipa_for("espeak"),
    )


def _one_breath(call: Phrasing, command: Phrasing) -> Phrasing:
    """The wake word and a command; the engines read it where they may read one of the two."""
    ipa = {}
    for engine in ("kokoro", "espeak"):
        parts = [call.ipa_for(engine), command.ipa_for(engine)]
        if None not in parts:
            ipa[engine] = ", ".join(str(part) for part in parts)
    return Phrasing(f"{call.text}, {command.text}", ipa or None)

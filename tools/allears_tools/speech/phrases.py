"""Everything a language seed wants spoken."""

from __future__ import annotations

import msgspec

from allears_tools.seeds import LanguageSeed


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """Words to be spoken and what they are for."""

    text: str
    role: str
    label: str
    ipa: str | None = None
    """For Kokoro only; espeak-ng reads the text."""


def phrases(seed: LanguageSeed) -> list[Phrase]:
    """Everything the seed wants spoken, commands first."""
    out = []
    for label, phrasings in seed.commands.items():
        for p in phrasings:
            out.append(Phrase(text=p.text, role="command", label=label, ipa=p.ipa_for("kokoro")))
    for p in seed.wake.phrasings:
        out.append(Phrase(text=p.text, role="wake", label="wake", ipa=p.ipa_for("kokoro")))
    call = seed.wake.phrasings[0].text
    for phrasings in seed.commands.values():
        out.append(Phrase(text=f"{call}, {phrasings[0].text}", role="wake_carrier", label="wake"))
    out += [Phrase(text=t, role="wake_confusable", label="none") for t in seed.wake.confusables]
    out += [Phrase(text=t, role="confusable", label="none") for t in seed.confusables]
    out += [Phrase(text=t, role="filler", label="none") for t in seed.filler_sentences]
    return out

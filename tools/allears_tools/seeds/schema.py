"""Shape of the seed files, as msgspec structs (frozen, unknown keys refused)."""

from __future__ import annotations

import msgspec


class NumberSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many digits make the number of a setting command."""

    min_digits: int
    max_digits: int


class NumberTiming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When digits belong to a number; see `seeds/commands.yaml`."""

    gap_ms: int
    hold_off_ms: int


class CommandSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One command of `seeds/commands.yaml`.

    `event` is what the device is told (`family.action`); `digit` is 0-9 for the digits alone;
    `number` stands with the commands that digits may follow.
    """

    id: str
    event: str
    family: str
    digit: int | None = None
    number: NumberSeed | None = None


class CommandsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `seeds/commands.yaml`."""

    version: int
    numbers: NumberTiming
    commands: list[CommandSeed]


class Phrasing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One wording of a command.

    `ipa` is given only where a synthesiser reads `text` wrongly: one IPA string for Kokoro, or
    one a named engine (`kokoro`; `espeak`, in espeak-ng's own phoneme names).
    """

    text: str
    ipa: str | dict[str, str] | None = None

    def ipa_for(self, engine: str) -> str | None:
        """Pronunciation to give to `engine`, or None where it may read the text itself."""
        if isinstance(self.ipa, dict):
            return self.ipa.get(engine)
        return self.ipa if engine == "kokoro" else None


class WakeSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The wake word: its name, how people say it, and what sounds like it but is not it."""

    text: str
    phrasings: list[Phrasing]
    confusables: list[str]
    ipa: str | dict[str, str] | None = None


class HeldOutVoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A synthetic voice that tests and demos hear and training never does."""

    engine: str
    voice: str


class Voices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which synthetic voices speak the language; a Kokoro entry may end in `*`."""

    kokoro: list[str] = []
    kokoro_mix: bool = False
    espeak: list[str] = []
    held_out: list[HeldOutVoice] = []


class LanguageSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `seeds/languages/<language>.yaml`.

    `tier` states honestly how well the synthesisers speak the language: A native neural,
    B clearly intelligible, C hand-checked IPA, D experimental. `commands` has the ids of
    `seeds/commands.yaml`, in their order. `espeak_voice` is empty where espeak-ng does not speak
    the language: every text then has its IPA. `pronunciations` are those of the confusables and
    sentences that the file writes as `{text, ipa}`, by text.
    """

    language: str
    name: str
    native_name: str
    tier: str
    scripts: list[str]
    wake: WakeSeed
    commands: dict[str, list[Phrasing]]
    confusables: list[str]
    filler_sentences: list[str]
    voices: Voices
    espeak_voice: str = ""
    pronunciations: dict[str, Phrasing] = {}

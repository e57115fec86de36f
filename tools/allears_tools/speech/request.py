"""What is asked of a synthesiser, and how it is told apart from every other request."""

from __future__ import annotations

import hashlib

import msgspec

ROLES = (
    "command",  # a phrasing of a command, and nothing else
    "wake",  # ends with the wake word
    "wake_carrier",  # the wake word followed by more speech
    "wake_confusable",  # sounds like the wake word
    "confusable",  # sounds like a command, or is everyday talk
    "filler",  # whole everyday sentences
    "word",  # a common word of the language, no command of ours
)


class ClipRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that decides how a clip sounds; two equal requests are the same clip."""

    engine: str
    """One of `engines.names()`."""
    voice: str
    """Engine's voice id; Kokoro also takes mixes, `af_heart:0.6+am_onyx:0.4`."""
    language: str
    """Language of the words, as in seeds/languages."""
    text: str
    """The words; a closing `.`, `!` or `?` changes the intonation."""
    accent: str = ""
    """espeak-ng voice that pronounces the text (en-us, en-gb, sr); empty: the engine's own."""
    ipa: str | None = None
    """Checked pronunciation, used instead of the text: espeak-ng's IPA (ties written ^), for
    espeak-ng itself its phoneme names."""
    among: tuple[str, ...] = ()
    """Kokoro only: the text is one of these, spoken in one breath and cut out; empty: alone."""
    among_ipa: tuple[str | None, ...] = ()
    """Pronunciations of the texts of `among`, in their order; empty: none has one."""
    speed: float = 1.0
    """1.0 is the engine's natural pace; 0.5 to 2.0."""
    pitch_semitones: float = 0.0
    """Shift of the voice; -12 to 12."""
    intonation: float = 0.5
    """espeak-ng only: 0.0 is monotone, 1.0 is lively."""

    def key(self, engine_version: str) -> str:
        """Content address: SHA-256 (hex) of this request and the version of its engine."""
        fields = {
            name: value
            for name, value in sorted(msgspec.structs.asdict(self).items())
            if name not in _LATER or value != _LATER[name]
        }
        body = msgspec.json.encode(fields) + b"\0" + engine_version.encode()
        return hashlib.sha256(body).hexdigest()


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A request and what its clip is for; the purpose is no part of the clip's address."""

    request: ClipRequest
    role: str
    """One of `ROLES`."""
    label: str
    """Command id for commands, `wake` for the wake word, otherwise `none`."""
    split: str = "train"
    """`train`, or `held_out` for voices that no model may hear before its test."""


_LATER = {"accent": "", "among": (), "among_ipa": (), "intonation": 0.5, "ipa": None}
"""Fields left out of the address while they hold these values, so that a field can be added to
the request without every clip being made again."""

"""The seed files: what the models of a language grow from.

`load_commands()` gives the command ids every language knows, `load_language("en")` one language's
wake word, phrasings, near misses and voices, and `match_command(seed, text)` the command that a
transcript names.
"""

from allears_tools.seeds.errors import SeedError
from allears_tools.seeds.loading import language_codes, load_commands, load_language
from allears_tools.seeds.matching import match_command, normalise_text
from allears_tools.seeds.schema import (
    CommandSeed,
    HeldOutVoice,
    LanguageSeed,
    Phrasing,
    Voices,
    WakeSeed,
)

__all__ = [
    "CommandSeed",
    "HeldOutVoice",
    "LanguageSeed",
    "Phrasing",
    "SeedError",
    "Voices",
    "WakeSeed",
    "language_codes",
    "load_commands",
    "load_language",
    "match_command",
    "normalise_text",
]

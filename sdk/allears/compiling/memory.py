"""Where tensors lie: aliases instead of copies wherever a tensor is a piece of another one."""

from __future__ import annotations

from dataclasses import dataclass, field

from allears.compiling.layout import ALIGN_BYTES


@dataclass(eq=False)
class Buffer:
    """Memory of one or more tensors; a piece of ``parent`` once it was merged into it.

    ``is_state``: keeps its contents between runs. ``first`` and ``last``: the steps between which
    a buffer that is no state is in use.
    """

    bytes: int
    is_state: bool = False
    parent: Buffer | None = None
    parent_offset: int = 0
    first: int = 1 << 30
    last: int = -1
    at: int = -1

    def use(self, step: int) -> None:
        """Record that ``step`` reads or writes it."""
        self.first, self.last = min(self.first, step), max(self.last, step)


@dataclass
class Place:
    """A tensor's place: ``offset`` bytes into a buffer."""

    buffer: Buffer
    offset: int = 0

    def resolve(self) -> Place:
        """The same place in the buffer that holds it in the end."""
        buffer, offset = self.buffer, self.offset
        while buffer.parent is not None:
            offset += buffer.parent_offset
            buffer = buffer.parent
        return Place(buffer, offset)


@dataclass
class Memory:
    """The places of a model's tensors."""

    places: dict[int, Place] = field(default_factory=dict)
    buffers: list[Buffer] = field(default_factory=list)

    def new(self, bytes: int, *, is_state: bool = False) -> Place:
        """Reserve a buffer and return its start."""
        buffer = Buffer(bytes, is_state)
        self.buffers.append(buffer)
        return Place(buffer)

    def try_merge(self, tensor: int, bytes: int, into: Place) -> bool:
        """Make a tensor that fills its buffer a piece of another buffer; False if it cannot be."""
        place, target = self.places[tensor].resolve(), into.resolve()
        whole = place.offset == 0 and place.buffer.bytes == bytes
        if not whole or place.buffer is target.buffer:
            return False
        place.buffer.parent, place.buffer.parent_offset = target.buffer, target.offset
        target.buffer.is_state = target.buffer.is_state or place.buffer.is_state
        return True

    def arrange(self) -> tuple[int, int]:
        """Give every buffer its address and return (state bytes, scratch bytes).

        Buffers of the scratch that are never in use at the same time share addresses.
        """
        roots = [buffer for buffer in self.buffers if buffer.parent is None]
        state_bytes = 0
        for buffer in roots:
            if buffer.is_state:
                buffer.at = state_bytes
                state_bytes += _aligned(buffer.bytes)
        scratch = [buffer for buffer in roots if not buffer.is_state and buffer.last >= 0]
        end = state_bytes
        placed: list[Buffer] = []
        for buffer in sorted(scratch, key=lambda found: (-found.bytes, found.first)):
            buffer.at = _first_gap(buffer, placed, state_bytes)
            placed.append(buffer)
            end = max(end, buffer.at + _aligned(buffer.bytes))
        return state_bytes, end - state_bytes

    def address(self, place: Place) -> int:
        """The address of a place after `arrange`."""
        found = place.resolve()
        return found.buffer.at + found.offset


def _first_gap(buffer: Buffer, placed: list[Buffer], start: int) -> int:
    at = start
    alive = [o for o in placed if o.first <= buffer.last and buffer.first <= o.last]
    for other in sorted(alive, key=lambda found: found.at):
        if at + buffer.bytes <= other.at:
            break
        at = max(at, other.at + _aligned(other.bytes))
    return at


def _aligned(bytes: int) -> int:
    return -(-bytes // ALIGN_BYTES) * ALIGN_BYTES

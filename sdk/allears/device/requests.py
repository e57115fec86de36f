"""What a request's CBOR map holds, checked field by field."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from allears.errors import PackError
from allears.link_contract import Refusal

Reply: TypeAlias = dict[str, Any]
T = TypeVar("T")


class Request:
    """A request's map; fields that nobody asks for are passed over."""

    def __init__(self, fields: dict[Any, Any]) -> None:
        self._fields = fields

    def get(self, name: str, kind: type[T]) -> T | None:
        """Return a field, or None where it is missing.

        Raises:
            PackError: it is of another kind, or a negative number.
        """
        found = self._fields.get(name)
        if found is None:
            return None
        # A bool is an int to Python, but not to CBOR.
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise PackError(Refusal.BAD_REQUEST)
        if isinstance(found, int) and found < 0:
            raise PackError(Refusal.BAD_REQUEST)
        return found

    def need(self, name: str, kind: type[T]) -> T:
        """Return a field.

        Raises:
            PackError: it is missing or of another kind.
        """
        found = self.get(name, kind)
        if found is None:
            raise PackError(Refusal.BAD_REQUEST)
        return found

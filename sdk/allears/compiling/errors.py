"""What can go wrong when a model is compiled."""

from __future__ import annotations

from allears.errors import AllEarsError


class CompileError(AllEarsError):
    """A model cannot be made into a layer program."""


class UnsupportedOp(CompileError):
    """An operator of the model, or a use of it, is not among those that the C runtime has."""

    def __init__(self, op: str, detail: str = "") -> None:
        super().__init__(
            f"The operator {op} cannot be compiled{': ' + detail if detail else ''}.",
            "the model was made for a larger runtime",
            "Use the operators listed in sdk/firmware/PROGRAMS.md, or export with `allears train`.",
        )
        self.op = op

"""Digits after a setting command make a number: "warmer … two four" is 24."""

from __future__ import annotations

from collections.abc import Mapping

from allears.command_contract import DIGITS, NUMBER_GAP_MS, NUMBERS
from allears.commands import STEP_MS
from allears.events import Command

GAP_STEPS = NUMBER_GAP_MS // STEP_MS
"""Steps of the ear within which the next digit must be decided."""


class NumberSlot:
    """The number that is being said in one stream, if any.

    A setting command is reported at once, without a number, and opens the slot. Digits fill it and
    are not reported; when it closes, the setting is reported again with its number. It closes with
    the most digits, after ``GAP_STEPS`` steps without one, at another command, or at the end of the
    stream; with too few digits nothing more is reported. docs/decisions/0006 has the rule in full.

    Args:
        digits: fewest and most digits of commands for which they differ from the contract's.
    """

    def __init__(self, digits: Mapping[str, tuple[int, int]] | None = None) -> None:
        self._digits_of = {**NUMBERS, **(digits or {})}
        self.forget()

    def forget(self) -> None:
        """Close without a report."""
        self._setting: Command | None = None
        self._score = 0.0
        self._value = self._count = self._fewest = self._most = self._steps_left = 0

    @property
    def is_open(self) -> bool:
        """Whether digits would be taken."""
        return self._setting is not None

    def passes_over(self, id: str, language: str) -> bool:
        """Whether a head's answer counts for nothing: another language's digit in a number."""
        setting = self._setting
        return setting is not None and id in DIGITS and language != setting.language

    def take(self, command: Command) -> list[Command]:
        """Take in a command of the heads; return what is to be reported in its place."""
        if self._setting and command.id in DIGITS:
            self._value = 10 * self._value + DIGITS[command.id]
            self._count += 1
            self._score = min(self._score, command.score)
            self._steps_left = GAP_STEPS
            return self.close(command.time_s) if self._count == self._most else []
        reports = [*self.close(command.time_s), command]
        if command.id in self._digits_of:
            self._fewest, self._most = self._digits_of[command.id]
            self._setting, self._score = command, command.score
            self._value, self._count, self._steps_left = 0, 0, GAP_STEPS
        return reports

    def step(self, time_s: float) -> list[Command]:
        """Let one step without a command pass; return the number if it is complete now."""
        if self._setting is None:
            return []
        self._steps_left -= 1
        return [] if self._steps_left else self.close(time_s)

    def close(self, time_s: float) -> list[Command]:
        """Take no more digits; return the number, decided at ``time_s``, if it has enough."""
        setting, self._setting = self._setting, None
        if setting is None or self._count < self._fewest:
            return []
        return [Command(time_s, self._score, setting.language, setting.id, self._value)]

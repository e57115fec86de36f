"""Digits, and the commands that take a number.

Generated from seeds/commands.yaml by allears_tools.contract.commands.
"""

NUMBER_GAP_MS = 1500
"""A number's next digit is decided this soon after the setting command or the digit before."""

NUMBER_HOLD_OFF_MS = 240
"""Within a number, nothing is decided this soon after a digit."""

DIGITS = {
    "digit_0": 0,
    "digit_1": 1,
    "digit_2": 2,
    "digit_3": 3,
    "digit_4": 4,
    "digit_5": 5,
    "digit_6": 6,
    "digit_7": 7,
    "digit_8": 8,
    "digit_9": 9,
}
"""The command of each digit, and its value."""

NUMBERS = {
    "louder": (1, 2),
    "quieter": (1, 2),
    "warmer": (1, 3),
    "cooler": (1, 3),
    "faster": (1, 2),
    "slower": (1, 2),
}
"""The commands that take a number: fewest and most digits."""

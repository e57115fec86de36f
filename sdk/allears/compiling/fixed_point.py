"""The reference kernels' fixed-point arithmetic, for tables that are computed ahead."""

from __future__ import annotations

INT32_MAX = (1 << 31) - 1
INT32_MIN = -(1 << 31)


def multiply_high(a: int, b: int) -> int:
    """a * b / 2^31, rounded to nearest, ties up, saturated."""
    if a == INT32_MIN and b == INT32_MIN:
        return INT32_MAX
    return (a * b + (1 << 30)) >> 31


def divide_by_power(x: int, exponent: int) -> int:
    """x / 2^exponent, rounded to nearest, ties away from zero."""
    mask = (1 << exponent) - 1
    return (x >> exponent) + ((x & mask) > (mask >> 1) + (x < 0))


def rescale(x: int, multiplier: int, shift: int) -> int:
    """x * multiplier / 2^31 * 2^shift."""
    return divide_by_power(multiply_high(x << max(shift, 0), multiplier), max(-shift, 0))


def _raise(x: int, exponent: int) -> int:
    return max(INT32_MIN, min(INT32_MAX, x << exponent))


def _exp_of_quarter(a: int) -> int:
    """e^a for a in [-1/4, 0), Q0.31 both: a Taylor series around -1/8."""
    exp_of_minus_eighth, third = 1895147668, 715827883
    x = a + (1 << 28)
    x2 = multiply_high(x, x)
    x3 = multiply_high(x2, x)
    x4_over_4 = divide_by_power(multiply_high(x2, x2), 2)
    high_terms = divide_by_power(multiply_high(x4_over_4 + x3, third) + x2, 1)
    return exp_of_minus_eighth + multiply_high(exp_of_minus_eighth, x + high_terms)


_EXP_FACTORS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
"""e^(-2^k / 4) in Q0.31, k = 0 to 6."""


def exp_of_negative(a: int, integer_bits: int) -> int:
    """e^a for a <= 0 with ``integer_bits`` before the point, as Q0.31."""
    if a == 0:
        return INT32_MAX
    quarter = 1 << (31 - integer_bits - 2)
    within = (a & (quarter - 1)) - quarter
    result = _exp_of_quarter(within << integer_bits)
    rest = within - a
    for k in range(integer_bits + 2):
        if rest & (quarter << k):
            result = multiply_high(result, _EXP_FACTORS[k])
    return result


def reciprocal_of_one_plus(a: int) -> int:
    """1 / (1 + a) for a in [0, 1], Q0.31 both: Newton's method in Q2.29."""
    half = (a + INT32_MAX + 1) >> 1
    x = 1515870810 + multiply_high(half, -1010580540)
    for _ in range(3):
        missing = (1 << 29) - multiply_high(half, x)
        x += _raise(multiply_high(x, missing), 2)
    return _raise(x, 1)


def logistic(a: int, integer_bits: int) -> int:
    """1 / (1 + e^-a) with ``integer_bits`` before the point, as Q0.31."""
    if a == 0:
        return 1 << 30
    of_absolute = reciprocal_of_one_plus(exp_of_negative(-abs(a), integer_bits))
    return of_absolute if a > 0 else INT32_MAX - of_absolute
